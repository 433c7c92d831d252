package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "chown(path, owner, group, *, follow=True, task=None)",
	Shelf: "files",
	Page:  "chown(2)",
	Like:  "chown OWNER:GROUP PATH",
	Doc: `Sets the user and the group that own a file, as the user namespace of the task numbers them.

An owner or group of -1 stays as it is. Names of the task's /etc/passwd and
/etc/group may stand for numbers. Without follow the owner of a symbolic
link itself is set, as lchown does. A number that the user namespace does not
map is EINVAL.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/a", "")
>>> chown("/tmp/a", 0, -1)
>>> stat("/tmp/a").st_uid, stat("/tmp/a").st_gid
(0, 0)
>>> catch(chown, "/tmp/a", 4000000000, 0).error.errno
"EINVAL"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		var ownerValue, groupValue starlark.Value
		var follow bool
		if err := c.Args(&path, &ownerValue, &groupValue, &follow); err != nil {
			return nil, err
		}
		owner, err := c.idArg(userIDs, "owner", ownerValue)
		if err != nil {
			return nil, err
		}
		group, err := c.idArg(groupIDs, "group", groupValue)
		if err != nil {
			return nil, err
		}
		return c.Make("fchownat", cwd(), task.Str(path), task.Int(owner), task.Int(group), followArg(follow))
	},
})

// followArg is the flags argument of calls that may stop at a symbolic link.
func followArg(follow bool) task.Arg {
	if follow {
		return task.Int(0)
	}
	return Flags{AtFamily, unix.AT_SYMLINK_NOFOLLOW}.Arg()
}
