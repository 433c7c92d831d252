package builtins

var _ = def(Builtin{
	Sig:   "getgid(*, task=None)",
	Shelf: "process",
	Page:  "getgid(2)",
	Like:  "id -gr",
	Doc:   `Returns the real group ID of the task as its user namespace has it; one without a mapping is 65534.`,
	Example: `
>>> getgid()
0
>>> getgid(task=clone(CLONE_NEWUSER))
65534
`,
	Func: simple("getgid"),
})

var _ = def(Builtin{
	Sig:   "getegid(*, task=None)",
	Shelf: "process",
	Page:  "getegid(2)",
	Like:  "id -g",
	Doc:   `Returns the effective group ID of the task as its user namespace has it.`,
	Example: `
>>> getegid()
0
>>> getegid() == getgid()
True
`,
	Func: simple("getegid"),
})

var _ = def(Builtin{
	Sig:   "getresgid(*, task=None)",
	Shelf: "process",
	Page:  "getresgid(2)",
	Like:  "grep Gid /proc/$$/status",
	Doc:   `Returns the real, the effective and the saved group ID of the task.`,
	Example: `
>>> getresgid()
(0, 0, 0)
`,
	Func: threeIDs("getresgid"),
})

var _ = def(Builtin{
	Sig:   "setgid(gid, *, task=None)",
	Shelf: "process",
	Page:  "setgid(2)",
	Like:  "setpriv --regid GID …",
	Doc: `Sets the effective group ID of the task, and with CAP_SETGID the real and the saved one too.

An ID that is not mapped in the task's user namespace is EINVAL. A name of the
task's /etc/group may stand for its ID.`,
	Example: `
>>> t = clone()
>>> setgid(0, task=t)
>>> getgid(task=t)
0
>>> catch(setgid, 4000000000, task=t).error.errno
"EINVAL"
`,
	Func: setIDs("setgid", groupIDs, "gid"),
})

var _ = def(Builtin{
	Sig:   "setresgid(rgid, egid, sgid, *, task=None)",
	Shelf: "process",
	Page:  "setresgid(2)",
	Like:  "setpriv --rgid RGID --egid EGID …",
	Doc: `Sets the real, the effective and the saved group ID of the task.

-1 leaves one as it is. A name of the task's /etc/group may stand for its ID.`,
	Example: `
>>> setresgid(-1, 0, -1)
>>> catch(setresgid, -1, 4000000000, -1).error.errno
"EINVAL"
`,
	Func: setIDs("setresgid", groupIDs, "rgid", "egid", "sgid"),
})
