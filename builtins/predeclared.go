package builtins

import (
	"fmt"
	"maps"
	"strings"

	"go.starlark.net/lib/json"
	"go.starlark.net/lib/math"
	"go.starlark.net/lib/time"
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// Predeclared are the names that every file of the session sees. The map is
// the host's own and not to be changed. The caller holds the interpreter lock,
// or is alone with the host.
func (h *Host) Predeclared() starlark.StringDict {
	if h.predeclared != nil {
		return h.predeclared
	}
	d := make(starlark.StringDict, len(words)+flagCount()+8)
	for i := range families {
		for _, c := range families[i].table {
			d[c.name] = Flags{Family(i), c.value}
		}
	}
	for _, b := range words {
		place(d, b)
	}
	maps.Copy(d, h.own())
	h.predeclared = d
	return d
}

// Vocabulary is what Predeclared is in a session without arguments and
// environment, for tools that read scripts and run nothing. The map is new.
func Vocabulary() starlark.StringDict {
	h := &Host{args: new(starlark.List), environ: new(starlark.Dict)}
	return h.Predeclared()
}

// own are the names that are neither words nor flags.
func (h *Host) own() starlark.StringDict {
	return starlark.StringDict{
		"argv": h.args, "environ": h.environ, "json": json.Module, "math": math.Module, "time": time.Module,
		"struct": makeStruct, "AT_FDCWD": atFdcwd,
	}
}

// Global is the value of one of the predeclared names; nil if it is none. All of
// them together are a good part of the start-up, and a script uses few.
func (h *Host) Global(name string) starlark.Value {
	if h.predeclared != nil {
		return h.predeclared[name]
	}
	if b := words[name]; b != nil {
		return b.value()
	}
	for i := range families {
		for _, c := range families[i].table {
			if c.name == name {
				return Flags{Family(i), c.value}
			}
		}
	}
	d := h.own()
	for word, b := range words {
		if strings.HasPrefix(word, name) && word[len(name)] == '.' {
			place(d, b)
		}
	}
	return d[name]
}

var (
	makeStruct = starlark.NewBuiltin("struct", starlarkstruct.Make)
	atFdcwd    = starlark.MakeInt(-100) // AT_FDCWD is a descriptor, and so no flag
)

func stringList(list []string) *starlark.List {
	values := make([]starlark.Value, len(list))
	for i, s := range list {
		values[i] = starlark.String(s)
	}
	return starlark.NewList(values)
}

// environment is env as a dict; of a name that is there twice the first holds,
// as for getenv(3).
func environment(env []string) *starlark.Dict {
	d := starlark.NewDict(len(env))
	for _, e := range env {
		name, value, ok := strings.Cut(e, "=")
		if !ok || name == "" {
			continue
		}
		if _, twice, _ := d.Get(starlark.String(name)); !twice {
			_ = d.SetKey(starlark.String(name), starlark.String(value)) // a string can be a key
		}
	}
	return d
}

// Environ is the script's environ as execve(2) takes it.
func (h *Host) Environ() ([]string, error) { return EnvStrings("environ", h.environ) }

// EnvStrings is a dict of strings as execve(2) takes an environment. Errors
// call the dict name.
func EnvStrings(name string, d *starlark.Dict) ([]string, error) {
	env := make([]string, 0, d.Len())
	for _, item := range d.Items() {
		var key, value string
		if err := unpackString("a name in "+name, item[0], &key); err != nil {
			return nil, err
		}
		if key == "" || strings.Contains(key, "=") {
			return nil, BadValue("a name in "+name, "without = and not empty", item[0])
		}
		if err := unpackString(fmt.Sprintf("%s[%q]", name, key), item[1], &value); err != nil {
			return nil, err
		}
		env = append(env, key+"="+value)
	}
	return env, nil
}
