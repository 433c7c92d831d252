package builtins

import (
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// plausible are arguments for parameters that must be given, by their names,
// or where these mean different things by the word's and theirs.
var plausible = map[string]string{
	"fn": "len", "file": "'true'", "path": "'/nowhere/x'", "argv": "['x']", "name": "'x'", "pid": "0", "which": "PRIO_PROCESS", "who": "0",
	"prio": "0", "resource": "RLIMIT_CORE", "rlim_cur": "0", "size": "8", "option": "PR_GET_DUMPABLE", "command": "'true'", "seconds": "0",
	"mask": "[0]", "uid": "0", "gid": "0", "ruid": "0", "euid": "0", "suid": "0", "rgid": "0", "egid": "0", "sgid": "0", "groups": "[]",
	"target": "'/nowhere/x'", "ns": "ns_of().uts", "fd": "pipe()[0]", "flags": "0", "sock": "pipe()[0]", "uids": "[]", "source": "'x'",
	"dfd": "AT_FDCWD", "cmd": "FSCONFIG_CMD_CREATE", "fsname": "'tmpfs'", "from_dfd": "AT_FDCWD", "from_path": "'/nowhere/x'",
	"to_dfd": "AT_FDCWD", "to_path": "'/nowhere/y'", "new_root": "'/nowhere/x'", "put_old": "'/nowhere/x'", "mode": "0o600",
	"owner": "0", "group": "0", "pattern": "'/nowhere/*'", "oldpath": "'/nowhere/x'", "newpath": "'/nowhere/y'", "maj": "1", "min": "3",
	"n": "0", "domain": "AF_UNIX", "type": "SOCK_STREAM", "linkpath": "'/nowhere/x'", "data": "''", "caps": "[]", "ruleset_fd": "pipe()[0]",
	"rule_type": "LANDLOCK_RULE_PATH_BENEATH", "allowed_access": "LANDLOCK_ACCESS_FS_READ_FILE", "filter": "{}", "rules": "{}",
	"pidfd": "pidfd_open(self())", "targetfd": "0", "offset": "0", "text": "'x'", "rows": "1", "cols": "1", "table rows": "[]",
}

// takesAny are the parameters that any value will do for.
var takesAny = map[string]bool{"help word": true, "catch fn": true, "page value": true, "expect got": true, "expect want": true, "tree value": true}

// TestWrongTypes gives each parameter of each word a value of a type that none
// can use, with all else in order, and wants an error that names both.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	h, _ := session(t)
	if err := h.script(t.Context(), "unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS)\nmap_root()", nil); err != nil {
		t.Skipf("this machine does not let us make user namespaces: %v", err)
	}
	odd := starlark.StringDict{"odd": starlarkstruct.FromStringDict(starlark.String("odd"), nil)}
	for _, b := range All() {
		wrongTypes(t, h, "", b, odd)
	}
	for value, table := range map[string]func() map[string]*Builtin{
		"memfd_create('x')": fileMethods, "ns_of().uts": namespaceMethods, "ns_of()": namespacesMethods, "clone()": taskMethods,
		"seccomp_filter({})": filterMethods, "lock()": lockMethods, "spawn('true', tty='pty').tty": ptyMethods,
	} {
		for _, b := range table() {
			wrongTypes(t, h, value+".", b, odd)
		}
	}
}

// wrongTypes gives each parameter of a word, or of a method of what of is, a
// value that it cannot use.
func wrongTypes(t *testing.T, h *Host, of string, b *Builtin, odd starlark.StringDict) {
	t.Helper()
	for _, wrong := range b.Params() {
		if wrong.Kind == Rest || wrong.Kind == Keywords || takesAny[b.Name()+" "+wrong.Name] {
			continue
		}
		var args []string
		for _, p := range b.Params() {
			switch {
			case p.Name == wrong.Name:
				args = append(args, p.Name+"=odd")
			case p.Default == nil && (p.Kind == Positional || p.Kind == KeywordOnly):
				v, special := plausible[b.Name()+" "+p.Name]
				if !special {
					v = plausible[p.Name]
				}
				args = append(args, p.Name+"="+v)
			}
		}
		src := of + b.Name() + "(" + strings.Join(args, ", ") + ")"
		err := h.script(t.Context(), src, odd)
		if err == nil || !strings.Contains(err.Error(), b.Name()+": ") || !strings.Contains(err.Error(), wrong.Name) {
			t.Errorf("%s: %v", src, err)
		}
	}
}
