package builtins

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "tree(value=None)",
	Shelf: "language",
	Page:  "tree(1)",
	Like:  "pstree",
	Doc: `Returns a tree of nested dicts, structs and lists, or of tasks below those that made them.

Without a value it is a tree of all tasks of the session that are alive. A tree
prints as text.`,
	Example: `
>>> tree({"etc": {"hosts": "a file", "ssl": ["certs", "private"]}, "tmp": None})
etc
├─ hosts: a file
└─ ssl
   ├─ certs
   └─ private
tmp: None
>>> t = clone(CLONE_NEWPID)
>>> p = t.spawn("sleep", "60")
>>> tree([t, p])
…: parked, pid 1 inside, new …
└─ …: program sleep, new …
`,
	Func: func(c *Call) (starlark.Value, error) {
		var v starlark.Value
		if err := c.Args(&v); err != nil {
			return nil, err
		}
		if v == starlark.None {
			return c.taskTree(c.Host.engine.Tasks())
		}
		if hasTasks(v) {
			var tasks []*task.Task
			for _, x := range firstOf(v.(starlark.Iterable), starlark.Len(v)) {
				if t, ok := x.(*TaskValue); ok && !slices.Contains(tasks, t.Task) {
					tasks = append(tasks, t.Task)
				}
			}
			return c.taskTree(tasks)
		}
		left := mostBranches
		below := branches(v, nil, &left)
		switch {
		case below == nil:
			return nil, BadValue("value", "a dict, a struct or a list", v)
		case left < 0:
			return nil, fmt.Errorf("the tree has more than %d lines", mostBranches)
		}
		return &treeValue{below}, nil
	},
})

// A branch is one line of a tree, and those below it.
type branch struct {
	text  string
	below []*branch
}

// mostBranches are in a tree: a list that is in many others has no end otherwise.
const mostBranches = 100_000

// branches are what is in a dict, a struct or a list; nil of anything else. What is
// below itself ends there, and all does when left is negative.
func branches(v starlark.Value, path []starlark.Value, left *int) []*branch {
	if slices.ContainsFunc(path, func(outer starlark.Value) bool { return outer == v }) {
		return nil
	}
	all := []*branch{}
	named := func(name string, x starlark.Value) {
		if *left--; *left < 0 {
			return
		}
		b := &branch{name, branches(x, append(path, v), left)}
		if b.below == nil {
			b.text += ": " + cellText(x)
		}
		all = append(all, b)
	}
	switch v := v.(type) {
	case *starlark.Dict:
		for _, item := range v.Items() {
			named(cellText(item[0]), item[1])
		}
	case *starlarkstruct.Struct:
		for _, name := range v.AttrNames() {
			if x, err := v.Attr(name); err == nil {
				named(name, x)
			}
		}
	case *starlark.List:
		for i := 0; i < v.Len() && *left >= 0; i++ {
			*left--
			all = append(all, element(v.Index(i), append(path, v), left))
		}
	default:
		return nil
	}
	return all
}

// element is an element of a list: what is in it stands below a bullet.
func element(x starlark.Value, path []starlark.Value, left *int) *branch {
	if below := branches(x, path, left); below != nil {
		return &branch{"•", below}
	}
	return &branch{text: cellText(x)}
}

// taskTree has each task below the nearest of its parents that is there too.
func (c *Call) taskTree(tasks []*task.Task) (starlark.Value, error) {
	var looks []taskLook
	err := c.Block(func() error {
		looks = c.Host.lookAt(c.ctx, tasks)
		return c.ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	places := make(map[*task.Task]*branch, len(tasks))
	for i, t := range tasks {
		places[t] = &branch{text: looks[i].describe()}
	}
	tree := &treeValue{}
	for _, t := range tasks {
		parent := t.Parent()
		for parent != nil && places[parent] == nil {
			parent = parent.Parent()
		}
		if parent == nil {
			tree.roots = append(tree.roots, places[t])
		} else {
			places[parent].below = append(places[parent].below, places[t])
		}
	}
	return tree, nil
}

// A treeValue is a tree in the language. It is as things were when it was made.
type treeValue struct{ roots []*branch }

var _ shown = (*treeValue)(nil)

func (t *treeValue) lines() []string {
	var lines []string
	var add func(list []*branch, margin string)
	add = func(list []*branch, margin string) {
		for i, b := range list {
			mark, rest := "├─ ", "│  "
			if i == len(list)-1 {
				mark, rest = "└─ ", "   "
			}
			lines = append(lines, margin+mark+b.text)
			add(b.below, margin+rest)
		}
	}
	for _, b := range t.roots {
		lines = append(lines, b.text)
		add(b.below, "")
	}
	return lines
}

// String is the whole tree.
func (t *treeValue) String() string { return strings.Join(t.lines(), "\n") }

func (t *treeValue) show(s *shower) []string {
	lines := t.lines()
	n := s.first(len(lines))
	if n < len(lines) {
		return append(lines[:n:n], s.more(len(lines)-n, "lines"))
	}
	return lines
}

// Type is "tree".
func (t *treeValue) Type() string { return "tree" }

// Freeze does nothing: a tree does not change.
func (t *treeValue) Freeze() {}

// Truth is whether anything is in it.
func (t *treeValue) Truth() starlark.Bool { return len(t.roots) > 0 }

// Hash is refused.
func (t *treeValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: tree") }
