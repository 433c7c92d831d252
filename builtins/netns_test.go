package builtins_test

import (
	"os/exec"
	"testing"
)

// TestNetnsWithIP has ip(8) and nstar work with each other's names.
func TestNetnsWithIP(t *testing.T) {
	t.Parallel()
	needNamespaces(t)
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("ip(8) is not installed: ", err)
	}
	replay(t, "names of ip", `
>>> mount("tmpfs", "/run", "tmpfs")
>>> def ip(args):
...     return sh("ip " + args + " 2>&1", capture=True, check=False).stdout
...
>>> netns.add("ours")
>>> ip("netns add theirs")
""
>>> sorted(ip("netns list").split("\n")), list(netns.list())
(["", "ours", "theirs"], ["ours", "theirs"])
>>> len([m for m in mounts() if m.mount_point == "/run/netns"])
1
>>> ip("-n ours -o link").startswith("1: lo:")
True
>>> t = clone()
>>> setns(netns.get("theirs"), task=t)
>>> ip("netns identify %d" % t.pid), netns.identify(t)
("theirs\n", ["theirs"])
>>> ip("netns pids theirs") == "%d\n" % t.pid, netns.pids("theirs") == [t.pid]
(True, True)
>>> ip("netns attach again %d" % t.pid)
""
>>> netns.identify(t)
["again", "theirs"]
>>> "exists" in ip("netns add ours")
True
>>> ip("netns delete ours")
""
>>> netns.delete("theirs")
>>> netns.delete("again")
>>> ip("netns list"), listdir("/run/netns")
("", [])
`)
	replay(t, "names after ip", `
>>> mount("tmpfs", "/run", "tmpfs")
>>> run("ip", "netns", "add", "theirs")
exit status 0
>>> netns.add("ours")
>>> len([m for m in mounts() if m.mount_point == "/run/netns"]), list(netns.list())
(1, ["ours", "theirs"])
`)
}

// TestNetnsSysfs looks for the devices of a named network in /sys, where a new
// one may be mounted.
func TestNetnsSysfs(t *testing.T) {
	t.Parallel()
	needNamespaces(t)
	if err := exec.Command("unshare", "-Urmn", "mount", "-t", "sysfs", "sysfs", "/sys").Run(); err != nil {
		t.Skip("this machine lets nobody mount sysfs in a user namespace: ", err)
	}
	replay(t, "sysfs", `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.add("blue")
>>> netns.exec("blue", "ls", "/sys/class/net")
lo
exit status 0
>>> netns.exec("blue", "ls", "/sys/class/net", sysfs=False, capture=True).stdout == run("ls", "/sys/class/net", capture=True).stdout
True
`)
}
