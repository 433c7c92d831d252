package builtins

import (
	"encoding/binary"
	"os"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

const ownMounts = "unshare(CLONE_NEWUSER | CLONE_NEWNS)\nmap_root()\nmount('tmpfs', '/tmp', 'tmpfs')\nwrite_file('/tmp/a', '')\n"

// inOwnMounts runs src where /tmp is a tmpfs with a file a.
func inOwnMounts(t *testing.T, src string) error {
	t.Helper()
	h, _ := session(t)
	if err := h.script(t.Context(), ownMounts, nil); err != nil {
		t.Skipf("this machine lets us mount nothing: %v", err)
	}
	return h.script(t.Context(), src, nil)
}

// TestIdmappedMount shows a tmpfs whose root belongs to somebody else there:
// to nobody, as an ordinary user has one id to map only.
func TestIdmappedMount(t *testing.T) {
	t.Parallel()
	err := inOwnMounts(t, `
t = clone(CLONE_NEWUSER)
setgroups("deny", task=t)
uid_map([(5, 0, 1)], task=t)
gid_map([(5, 0, 1)], task=t)
tree = open_tree(AT_FDCWD, "/tmp", OPEN_TREE_CLONE)
r = catch(mount_setattr, tree, "", userns=ns_of(t).user)
if not r.ok:
    fail("skip: " + str(r.error))
move_mount(tree, "", AT_FDCWD, "/mnt")
m = [m for m in mounts() if m.mount_point == "/mnt"][-1]
if not MOUNT_ATTR_IDMAP in m.attributes:
    fail(m)
if (stat("/tmp/a").st_uid, stat("/mnt/a").st_uid) != (0, 65534):
    fail(stat("/mnt/a"))
`)
	skipOr(t, err)
}

// TestIdmappedMountOfRoot maps one id to another.
func TestIdmappedMountOfRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("two ids take root")
	}
	h, _ := session(t)
	skipOr(t, h.script(t.Context(), `
unshare(CLONE_NEWNS)
mount(None, "/", mountflags=MS_REC | MS_PRIVATE)
mount("tmpfs", "/tmp", "tmpfs")
write_file("/tmp/a", "")
chown("/tmp/a", 7, 8)
t = clone(CLONE_NEWUSER)
uid_map([(7, 1007, 1)], task=t)
gid_map([(8, 1008, 1)], task=t)
tree = open_tree(AT_FDCWD, "/tmp", OPEN_TREE_CLONE)
r = catch(mount_setattr, tree, "", userns=ns_of(t).user)
if not r.ok:
    fail("skip: " + str(r.error))
move_mount(tree, "", AT_FDCWD, "/mnt")
s = stat("/mnt/a")
if (s.st_uid, s.st_gid) != (1007, 1008):
    fail(s)
`, nil))
}

// skipOr fails with err, unless it says that the machine cannot do it.
func skipOr(t *testing.T, err error) {
	t.Helper()
	if err != nil && (strings.Contains(err.Error(), "skip: ") || strings.Contains(err.Error(), "EPERM")) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestProcOfAnother shows from outside a task's processes, and as few as can be.
func TestProcOfAnother(t *testing.T) {
	t.Parallel()
	skipOr(t, inOwnMounts(t, `
t = clone(CLONE_NEWPID)
fs = fsopen("proc")
r = catch(fsconfig, fs, FSCONFIG_SET_FD, "pidns", aux=ns_of(t).pid)
if not r.ok and r.error.errno == "EINVAL":
    fail("skip: " + str(r.error))
fsconfig(fs, FSCONFIG_SET_STRING, "subset", "pid")
fsconfig(fs, FSCONFIG_SET_STRING, "hidepid", "invisible")
r = catch(fsconfig, fs, FSCONFIG_CMD_CREATE)
if not r.ok:
    fail("skip: " + str(r.error))
move_mount(fsmount(fs), "", AT_FDCWD, "/mnt")
if "1" not in listdir("/mnt") or "version" in listdir("/mnt"):
    fail(listdir("/mnt"))
if "subset=pid" not in mounts()[-1].options:
    fail(mounts()[-1])
`))
}

// TestMountHints are those of who may not mount.
func TestMountHints(t *testing.T) {
	t.Parallel()
	if h, _ := session(t); h.script(t.Context(), "clone(CLONE_NEWUSER)", nil) != nil {
		t.Skip("this machine lets us make no user namespaces")
	}
	for src, want := range map[string]string{
		"fsopen('tmpfs', task=t)":                                                                              "fsopen takes CAP_SYS_ADMIN there",
		"fspick(AT_FDCWD, '/', task=t)":                                                                        "fspick takes CAP_SYS_ADMIN there",
		"open_tree(AT_FDCWD, '/', OPEN_TREE_CLONE, task=t)":                                                    "open_tree takes CAP_SYS_ADMIN there",
		"move_mount(AT_FDCWD, '/', AT_FDCWD, '/tmp', task=t)":                                                  "move_mount takes CAP_SYS_ADMIN there",
		"mount_setattr(AT_FDCWD, '/', attr_set=MOUNT_ATTR_RDONLY, task=t)":                                     "mount_setattr takes CAP_SYS_ADMIN there",
		"unshare(CLONE_NEWUSER | CLONE_NEWNS)\nmounts(ns=ns_of(t).mnt)":                                        "takes CAP_SYS_ADMIN in user:[",
		"unshare(CLONE_NEWNS, task=t)\nfs = fsopen('ext4', task=t)\nfsconfig(fs, FSCONFIG_CMD_CREATE, task=t)": "ext4 can be mounted by root of the initial user namespace only",
	} {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			got := hintOf(t, "t = clone(CLONE_NEWUSER)\n"+src)
			if strings.Contains(got, "since Linux ") || strings.Contains(got, "came with Linux ") {
				t.Skip(got)
			}
			if !strings.Contains(got, want) {
				t.Errorf("got  %q\nwant %q in it", got, want)
			}
		})
	}
}

// TestReadStatmount feeds it what a task may have written into its memory.
func TestReadStatmount(t *testing.T) {
	size := binary.Size(statmount{})
	if size != 512 {
		t.Fatalf("struct statmount has %d bytes", size)
	}
	for _, n := range []int{0, 1, size - 1, size, size + 1, size + 64} {
		for _, b := range []byte{0, 1, 0x7f, 0xff} {
			buf := []byte(strings.Repeat(string([]byte{b}), n))
			if m := readStatmount(buf); len(m.options) > 2*n+4 {
				t.Errorf("%d bytes %#x gave %d options", n, b, len(m.options))
			}
		}
	}
}

func TestMountLine(t *testing.T) {
	all := readMounts(`40 21 0:36 /x\040y /mnt\011\134 ro,nosuid,noatime,idmapped shared:7 master:3 - fuse.ssh a\040b\043 ro,size=4k,x=\054y` + "\n" +
		"41 40 0:37 / / rw,relatime unbindable - tmpfs none rw\n42 40 0:37 / / rw - tmpfs none rw\nodd\n")
	if len(all) != 3 {
		t.Fatal(all)
	}
	var texts []string
	for _, m := range all {
		i := m.info()
		texts = append(texts, i.value().String())
	}
	for i, want := range []string{
		`struct(attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME | MOUNT_ATTR_IDMAP, id = 40, master = 3, ` +
			`mount_point = "/mnt\t\\", options = ["ro", "size=4k", "x=,y"], parent = 21, peer_group = 7, propagation = MS_SLAVE | MS_SHARED, ` +
			`root = "/x y", source = "a b#", type = "fuse.ssh")`,
		`struct(attributes = MOUNT_ATTR_RELATIME, id = 41, master = None, mount_point = "/", options = ["rw"], parent = 40, ` +
			`peer_group = None, propagation = MS_UNBINDABLE, root = "/", source = "none", type = "tmpfs")`,
		`struct(attributes = MOUNT_ATTR_STRICTATIME, id = 42, master = None, mount_point = "/", options = ["rw"], parent = 40, ` +
			`peer_group = None, propagation = MS_PRIVATE, root = "/", source = "none", type = "tmpfs")`,
	} {
		if texts[i] != want {
			t.Errorf("got  %s\nwant %s", texts[i], want)
		}
	}
	if got := unescape(`\1`); got != `\1` {
		t.Errorf("got %q", got)
	}
}

var _ starlark.Unpacker = (*dirArg)(nil)
