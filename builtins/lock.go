package builtins

import (
	"errors"

	"go.starlark.net/starlark"
)

// lockValue is a mutex of the language: a place for one, which is served in
// the order of arrival.
type lockValue struct{ held chan struct{} }

var _ starlark.HasAttrs = (*lockValue)(nil)

func (l *lockValue) String() string        { return "<lock>" }
func (l *lockValue) Type() string          { return "lock" }
func (l *lockValue) Freeze()               {}
func (l *lockValue) Truth() starlark.Bool  { return true }
func (l *lockValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: lock") }
func (l *lockValue) AttrNames() []string   { return []string{"acquire", "call", "release"} }

func (l *lockValue) Attr(name string) (starlark.Value, error) {
	if m := l.method(name); m != nil {
		return m.bind(l), nil
	}
	return nil, nil
}

func (l *lockValue) method(name string) *Builtin { return lockMethods()[name] }

func (l *lockValue) acquire(c *Call) error {
	return c.Block(func() error {
		select {
		case l.held <- struct{}{}:
			return nil
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	})
}

func (l *lockValue) release() error {
	select {
	case <-l.held:
		return nil
	default:
		return errors.New("nobody holds the lock")
	}
}

var lockMethods = methods(Builtin{
	Sig: "acquire()",
	Doc: `Takes the lock, and waits for it in the order of arrival.`,
	Func: func(c *Call) (starlark.Value, error) {
		return starlark.None, c.Self.(*lockValue).acquire(c)
	},
}, Builtin{
	Sig: "release()",
	Doc: `Gives the lock to whoever waits the longest.`,
	Func: func(c *Call) (starlark.Value, error) {
		return starlark.None, c.Self.(*lockValue).release()
	},
}, Builtin{
	Sig:  "call(fn, *args, **kwargs)",
	Doc:  `Calls fn(*args, **kwargs) with the lock held and releases it, also after an error.`,
	Func: lockCall,
})

func lockCall(c *Call) (v starlark.Value, err error) {
	var fn starlark.Callable
	var args starlark.Tuple
	var kwargs []starlark.Tuple
	if err := c.Args(&fn, &args, &kwargs); err != nil {
		return nil, err
	}
	l := c.Self.(*lockValue)
	if err := l.acquire(c); err != nil {
		return nil, err
	}
	defer func() {
		if e := l.release(); err == nil {
			err = e
		}
	}()
	return starlark.Call(c.Thread, fn, args, kwargs)
}

var _ = def(Builtin{
	Sig:   "lock()",
	Shelf: "language",
	Page:  "pthread_mutex_lock(3)",
	Like:  "flock 9",
	Doc: `Returns a lock with acquire(), release() and call(fn, *args, **kwargs).

The functions of clones share the script's values, and take turns at any step.
What they do between acquire and release they do alone.`,
	Example: `
>>> l, n = lock(), [0]
>>> def add():
...     for i in range(1000):
...         l.acquire()
...         n[0] += 1
...         l.release()
...
>>> a, b = clone(0, add), clone(0, add)
>>> wait(a).code, wait(b).code, n
(0, 0, [2000])
`,
	Func: func(c *Call) (starlark.Value, error) {
		return &lockValue{make(chan struct{}, 1)}, c.Args()
	},
})
