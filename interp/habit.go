package interp

import (
	"strings"
	"sync"
)

// This file knows the Python that Starlark refuses, and what to write instead. Each answer is one line,
// printed as the hint of the error; where no habit is recognized the error stands alone.

// statements are habits known by the first word of the line.
var statements = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"try":      `Starlark has no exceptions: r = catch(f, arg); if not r.ok: print(r.error.message)`,
		"except":   `Starlark has no exceptions: r = catch(f, arg); if not r.ok: print(r.error.message)`,
		"finally":  `Starlark has no finally: defer(f, arg) runs f at the end of the script, also after errors`,
		"with":     `Starlark has no with: f = open(path); defer(f.close)`,
		"class":    `Starlark has no classes: p = struct(x=1, y=2), or a dict, and functions`,
		"import":   `Starlark has no import: load("file.star", "name"); json, math and time are there already`,
		"from":     `Starlark has no import: load("file.star", "name")`,
		"raise":    `Starlark has no exceptions: fail("message") ends the script; catch(f) stops it on the way`,
		"assert":   `Starlark has no assert: if not ok: fail("message")`,
		"del":      `Starlark has no del: d.pop(key) or l.pop(i)`,
		"global":   `Starlark has no global: functions cannot rebind outer names; change a list or dict, or return the value`,
		"nonlocal": `Starlark has no nonlocal: functions cannot rebind outer names; change a list or dict, or return the value`,
		"async":    `Starlark has no coroutines: clone(flags, f) runs f concurrently, in a task of its own`,
		"await":    `Starlark has no coroutines: t.wait() waits for a task`,
		"match":    `Starlark has no match: if x == 1: …; elif x == 2: …`,
		"!":        `write sh("command"): !command is for the prompt, at the start of what is typed`,
		"@":        `Starlark has no decorators: after the def write f = decorator(f)`,
	}
})

// A habit is recognized by two neighbouring lexemes of the line; "" matches anything.
type habit struct{ left, right, hint string }

var habits = []habit{
	{"yield", "", `Starlark has no generators: build a list and return it`},
	{"", "is", `Starlark has no is: write == or !=`},
	{"<", ">", `write !=`},
	{"==", "=", `write ==`},
	{"!=", "=", `write !=`},
	{"?", "", `write a if x else b`},
	{"", "**", `Starlark has no power operator: math.pow(x, y), or 1 << n for powers of two`},
	{":", "=", `Starlark has no := : assign on a line of its own, then test`},
	{"-", ">", `Starlark has no annotations: def f(x):`},
	{"&", "&", `write and`},
	{"|", "|", `write or`},
	{"!", "", `write not x, or !=; at the prompt, !command at the start of a line runs a shell command`},
	{"else", "if", `write elif`},
	{"+", "+", `write x += 1`},
	{"-", "-", `write x -= 1`},
	{"[", "*", `Starlark has no unpacking in lists: [1] + list(a)`},
}

// syntaxHabit returns what to write instead of the line that the parser refused with msg.
func syntaxHabit(line, msg string) string {
	ls := lex(line)
	switch {
	case len(ls) == 0 && strings.Contains(msg, "want indent"):
		return messageHabit(ls, msg)
	case len(ls) == 0:
		return ""
	}
	if hint := statements()[ls[0].text]; hint != "" {
		return hint
	}
	if strings.Contains(msg, "does not associate") {
		return `Starlark does not chain comparisons: a < b and b < c`
	}
	if hint := refusedHabit(ls, msg); hint != "" {
		return hint
	}
	for i := range ls {
		if hint := stringHabit(ls, i); hint != "" {
			return hint
		}
	}
	for _, h := range habits {
		for i := range ls {
			if h.at(ls, i) {
				return h.hint
			}
		}
	}
	return messageHabit(ls, msg)
}

// refusedHabit goes by the very token that the parser refused: it means something else elsewhere.
func refusedHabit(ls []lexeme, msg string) string {
	after := func(left, right string) bool {
		for i := range ls {
			if (habit{left, right, ""}).at(ls, i) {
				return true
			}
		}
		return false
	}
	switch {
	case msg == "got '**', want primary expression" && (after("{", "**") || after(",", "**")):
		return `Starlark has no ** in dicts: a | {"k": 1} joins two`
	case msg == "got '*', want primary expression" && after(",", "*"):
		return `Starlark has no starred names: a, b = l[0], l[1:]`
	case strings.HasSuffix(msg, "input character '$'"):
		return `a variable of the environment is environ["NAME"]`
	case msg == "not an identifier" && after(",", "/"):
		return `Starlark has no positional-only parameters: leave the / out`
	}
	return ""
}

// at tells whether the habit's lexemes stand at i. A right one alone needs something on its left.
func (h habit) at(ls []lexeme, i int) bool {
	if h.left == "" {
		return i > 0 && ls[i].text == h.right
	}
	return ls[i].text == h.left && (h.right == "" || i+1 < len(ls) && ls[i+1].text == h.right)
}

// stringHabit looks for f"…", for "a" "b" and for print "x" at lexeme i.
func stringHabit(ls []lexeme, i int) string {
	if i == 0 || !ls[i].isString() {
		return ""
	}
	prev := ls[i-1]
	switch touching := prev.end == ls[i].start; {
	case touching && strings.Contains(" f F fr rf ", " "+prev.text+" "):
		return `Starlark has no f-strings: "{}".format(x) or "%s" % x`
	case touching && prev.isString() && (len(prev.text) == 2 || len(ls[i].text) == 2):
		return "" // a piece of """…"""
	case prev.isString():
		return `Starlark does not join neighbouring strings: "a" + "b"`
	case prev.text == "print":
		return `print is a function: print(x)`
	}
	return ""
}

// messageHabit goes by what the parser expected.
func messageHabit(ls []lexeme, msg string) string {
	switch {
	case strings.HasPrefix(msg, "got for, want"):
		return `Starlark has no generator expressions: put the comprehension in brackets, [x for x in y]`
	case msg == "got ':', want ')'", msg == "got ':', want newline" && ls[0].isName():
		return `Starlark has no annotations: def f(x, y=1), x = 3`
	case msg == "got ',', want ':'" && ls[0].text != "if":
		return `Starlark has no set literals: set([1, 2])`
	case msg == "got '=', want ':'":
		return `write == to compare`
	case msg == "got else, want primary expression":
		return `Starlark has no else for loops, and an else needs an if of the same indentation`
	case msg == "got '=', want newline":
		return `Starlark assigns to one place at a time: x = 1; y = x`
	case msg == "got return, want primary expression":
		return `a lambda is one expression, whose value it returns: lambda x: x + 1; for more write a def`
	case strings.Contains(msg, "want indent"):
		return `the body of a block is indented further than the line that opens it`
	case strings.HasPrefix(msg, "got identifier, want newline"):
		if len(ls) > 1 && ls[0].isName() && ls[1].isName() {
			return "a call has parentheses: " + ls[0].text + "(" + ls[1].text + "); at the prompt, !command runs a shell command"
		}
		for _, t := range ls {
			if t.text[0] >= '0' && t.text[0] <= '9' && strings.Contains(t.text, "_") {
				return `Starlark has no _ in numbers: ` + strings.ReplaceAll(t.text, "_", "")
			}
		}
	}
	return ""
}

// runtimeHabit answers errors of running code by their message.
func runtimeHabit(msg string) string {
	has := func(s string) bool { return strings.Contains(msg, s) }
	switch {
	case has("string value is not iterable"), has("got string, want iterable"):
		return `a string is not a list of characters: for c in s.elems()`
	case has("unknown conversion %"):
		return `% knows no widths or flags, only %s %r %d %x %o %e %f %g %c %%; pad with " " * (8 - len(s)) + s`
	case has("format spec features not supported"):
		return `format knows no widths or flags, only {} {0} {name}; pad with " " * (8 - len(s)) + s`
	case has("print: unexpected keyword argument"):
		return `print takes sep= only; join the pieces first: " ".join(list)`
	case has("unknown binary op: builtin_function_or_method >> "):
		return `print is a function: print(x), or print to a file: f.write("x\n")`
	case has("unknown binary op: list + tuple"), has("unknown binary op: tuple + list"):
		return `only lists join lists: a + list(b)`
	case has("value does not support item assignment"):
		return `strings and tuples do not change: l = list(x); l[0] = 1`
	case has("list has no .sort field"):
		return `sorted(x) returns a sorted list`
	case has("has no .length field"), has("has no .size field"), has("has no .len field"):
		return `len(x)`
	case has("dict has no .has_key field"):
		return `key in d`
	case has("dict has no .iteritems field"):
		return `for k, v in d.items():`
	case has("dict has no .") && !has("did you mean"):
		return `a dict has keys: d["name"]; struct(name=1) has attributes`
	case has("unknown binary op: string + "), has(" + string"):
		return `only strings join strings: "a" + str(1), or "a%d" % 1`
	case has("frozen"):
		return `a default value or a constant cannot be changed: copy it first, list(x) or dict(x)`
	}
	return ""
}

// nameHabit answers undefined names that other languages define.
func nameHabit(name string) string {
	switch name {
	case "_":
		return "at the prompt it is the last value, and there is none yet"
	case "_err":
		return "at the prompt it is the last error, and there was none yet"
	case "true", "false":
		return "write " + strings.ToUpper(name[:1]) + name[1:]
	case "null", "nil", "none", "undefined":
		return "write None"
	case "isinstance":
		return `type(x) == "int"`
	case "sys":
		return "argv, exit, environ and open are words here"
	case "os", "subprocess", "shutil", "pathlib":
		return "system calls are words here: getpid(), mkdir(path), run(file, …); help() lists them"
	case "assert":
		return statements()["assert"]
	case "cd":
		return `chdir(path); chdir(environ["HOME"]) goes home`
	case "Exception", "OSError", "ValueError":
		return statements()["raise"]
	case "map":
		return "Starlark has no map: [f(x) for x in list]"
	case "filter":
		return "Starlark has no filter: [x for x in list if f(x)]"
	case "reduce":
		return "Starlark has no reduce: loop"
	case "round":
		return "math.round(x)"
	case "pow":
		return "math.pow(x, y), or 1 << n for powers of two"
	case "divmod":
		return "x // y, x % y"
	case "exec", "eval":
		return `Starlark has no eval: load("file.star", "name") runs a file`
	case "input":
		return `sh("head -n 1", capture=True).stdout is a line that was typed`
	case "__name__":
		return "Starlark has no __name__: what a script says outside of functions is run, also when load reads it"
	case "sum":
		return "Starlark has no sum: add in a loop"
	}
	return ""
}
