package builtins

var _ = def(Builtin{
	Sig:   "getuid(*, task=None)",
	Shelf: "process",
	Page:  "getuid(2)",
	Like:  "id -ur",
	Doc:   `Returns the real user ID of the task as its user namespace has it; one without a mapping is 65534.`,
	Example: `
>>> getuid()
0
>>> getuid(task=clone(CLONE_NEWUSER))
65534
`,
	Func: simple("getuid"),
})

var _ = def(Builtin{
	Sig:   "geteuid(*, task=None)",
	Shelf: "process",
	Page:  "geteuid(2)",
	Like:  "id -u",
	Doc:   `Returns the effective user ID of the task as its user namespace has it.`,
	Example: `
>>> geteuid()
0
>>> geteuid() == getuid()
True
`,
	Func: simple("geteuid"),
})

var _ = def(Builtin{
	Sig:   "getresuid(*, task=None)",
	Shelf: "process",
	Page:  "getresuid(2)",
	Like:  "grep Uid /proc/$$/status",
	Doc:   `Returns the real, the effective and the saved user ID of the task.`,
	Example: `
>>> getresuid()
(0, 0, 0)
`,
	Func: threeIDs("getresuid"),
})

var _ = def(Builtin{
	Sig:   "setuid(uid, *, task=None)",
	Shelf: "process",
	Page:  "setuid(2)",
	Like:  "setpriv --reuid UID …",
	Doc: `Sets the effective user ID of the task, and with CAP_SETUID the real and the saved one too.

An ID that is not mapped in the task's user namespace is EINVAL. A name of the
task's /etc/passwd may stand for its ID.`,
	Example: `
>>> t = clone()
>>> setuid(0, task=t)
>>> getuid(task=t)
0
>>> catch(setuid, 4000000000, task=t).error.errno
"EINVAL"
`,
	Func: setIDs("setuid", userIDs, "uid"),
})

var _ = def(Builtin{
	Sig:   "setresuid(ruid, euid, suid, *, task=None)",
	Shelf: "process",
	Page:  "setresuid(2)",
	Like:  "setpriv --ruid RUID --euid EUID …",
	Doc: `Sets the real, the effective and the saved user ID of the task.

-1 leaves one as it is. A name of the task's /etc/passwd may stand for its ID.`,
	Example: `
>>> setresuid(-1, 0, -1)
>>> catch(setresuid, -1, 4000000000, -1).error.errno
"EINVAL"
`,
	Func: setIDs("setresuid", userIDs, "ruid", "euid", "suid"),
})
