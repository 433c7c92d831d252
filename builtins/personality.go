package builtins

import "go.starlark.net/starlark"

var _ = def(Builtin{
	Sig:   "personality(persona=0xffffffff, *, task=None)",
	Shelf: "process",
	Page:  "personality(2)",
	Like:  "setarch --addr-no-randomize …",
	Doc: `Sets the execution domain of the task, and returns the one before.

It is one PER_ domain, and flags of the manual, such as ADDR_NO_RANDOMIZE. By
default it is only returned. Children and programs inherit it.`,
	Example: `
>>> t = clone()
>>> personality(PER_LINUX32 | ADDR_NO_RANDOMIZE, task=t) == personality()
True
>>> personality(task=t)
PER_LINUX32 | ADDR_NO_RANDOMIZE
>>> uname(task=t).machine == uname().machine
False
`,
	Func: func(c *Call) (starlark.Value, error) {
		persona := Flags{Family: PersonaFamily}
		if err := c.Args(&persona); err != nil {
			return nil, err
		}
		arg := persona.Arg()
		if persona.Value == 0xffffffff {
			arg = arg.As("0xffffffff")
		}
		old, err := c.Syscall("personality", arg)
		return Flags{PersonaFamily, uint64(uint32(old))}, err
	},
})
