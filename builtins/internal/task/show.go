package task

import (
	"strconv"
	"strings"
)

// String shows the call as strace(1) would.
func (c *Call) String() string {
	var b strings.Builder
	b.WriteString(c.name)
	b.WriteByte('(')
	for i, a := range c.args {
		if a.text == hidden {
			continue
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.show(c))
	}
	b.WriteByte(')')
	return b.String()
}

// hidden is the text of arguments that the kernel does not look at.
const hidden = "\x00"

func (a Arg) show(c *Call) string {
	switch {
	case a.later != nil:
		return a.later()
	case a.text != "":
		return a.text
	case a.kind == argInt:
		return strconv.FormatInt(int64(a.n), 10)
	case a.kind == argStr:
		return quote(a.s)
	case a.kind == argBuf && a.buf.out:
		if c.result > 0 && c.result <= int64(len(a.buf.b)) {
			return quote(string(a.buf.b[:c.result]))
		}
		return "[…]"
	case a.kind == argBuf:
		return quote(string(a.buf.b))
	case a.kind == argVec:
		return showVec(*a.vec)
	case a.kind == argRes:
		return strconv.FormatInt(a.call.Result(), 10)
	}
	return strconv.FormatUint(a.n, 10)
}

func showVec(v []string) string {
	const most = 8
	quoted := make([]string, 0, most+1)
	for i, s := range v {
		if i == most {
			quoted = append(quoted, "...")
			break
		}
		quoted = append(quoted, quote(s))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote shows a string, the end cut off when it is long.
func quote(s string) string {
	const most = 256
	if len(s) > most {
		return strconv.Quote(s[:most]) + "..."
	}
	return strconv.Quote(s)
}
