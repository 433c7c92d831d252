package builtins

import (
	"errors"
	"os"
	"path"
	"slices"
	"strings"
)

// A hierarchy is a mount of cgroups as the host sees it. What is read here is
// the kernel's.
type hierarchy struct {
	controllers []string // of version 1; empty for version 2
	mount       string   // where it is mounted
	root        string   // the cgroup that is seen there
	own         string   // nstar's own cgroup
}

func (h *hierarchy) v2() bool { return len(h.controllers) == 0 }

// folder is the path of a cgroup that is named as in /proc/PID/cgroup.
func (h *hierarchy) folder(cgroup string) string {
	below, ok := strings.CutPrefix(cgroup, strings.TrimSuffix(h.root, "/"))
	if !ok { // of a mount that shows a part only, to whom sees the whole
		below = cgroup
	}
	return path.Join(h.mount, below)
}

// cgroupHierarchies are those that are mounted where nstar runs, version 2
// first.
func cgroupHierarchies() ([]*hierarchy, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	var all []*hierarchy
	for _, m := range readMounts(string(mounts)) {
		if m.fstype != "cgroup" && m.fstype != "cgroup2" {
			continue
		}
		h := &hierarchy{root: m.root, mount: m.point}
		if m.fstype == "cgroup2" {
			h.own = ownCgroup(string(own), "")
			all = slices.Insert(all, 0, h)
			continue
		}
		for _, option := range strings.Split(m.superOptions, ",") {
			if option != "rw" && option != "ro" {
				h.controllers = append(h.controllers, option)
			}
		}
		if len(h.controllers) > 0 {
			h.own = ownCgroup(string(own), h.controllers[0])
			all = append(all, h)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no cgroups are mounted where nstar runs; there should be cgroup2 on /sys/fs/cgroup")
	}
	return all, nil
}

// ownCgroup finds the line of a controller in the text of /proc/self/cgroup; ""
// is version 2.
func ownCgroup(text, controller string) string {
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(f) == 3 && slices.Contains(strings.Split(f[1], ","), controller) {
			return f[2]
		}
	}
	return "/"
}
