package builtins_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"nstar/builtins"
	"nstar/interp"
)

var update = flag.Bool("update", false, "rewrite the outputs in testdata")

// prelude makes the shell task root in namespaces of its own, so that a session shows the same to root and to
// an ordinary user, and changes nothing outside. Who runs the tests as root would own the files that it sees: so
// it sees them read-only, and a session mounts what it writes to.
const prelude = "unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET); map_root(); " +
	`mount_setattr(AT_FDCWD, "/", 0, MOUNT_ATTR_RDONLY)` + "\n"

// needNamespaces skips a test, once and with the reason, where the prelude is not permitted.
func needNamespaces(t *testing.T) {
	t.Helper()
	empty := &interp.Session{}
	if _, err := empty.Replay(context.Background(), prelude); err != nil {
		t.Skipf("this machine does not let us make user namespaces: %v", err)
	}
}

// TestExamples types the example of each word's page into a prompt and compares what it prints.
func TestExamples(t *testing.T) {
	t.Parallel()
	needNamespaces(t)
	for _, b := range builtins.All() {
		t.Run(b.Name(), func(t *testing.T) {
			t.Parallel()
			replay(t, b.Name(), strings.Trim(b.Example, "\n")+"\n")
		})
	}
}

// TestTranscripts types in the longer sessions of testdata.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	needNamespaces(t)
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			now := replay(t, file, string(text))
			if *update && now != string(text) {
				if err := os.WriteFile(file, []byte(now), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// replay types in a transcript, complains of differences unless they are to be rewritten, and returns the
// text as it should be. Where sessions have ended with skip, so does the test.
func replay(t *testing.T, name, text string) string {
	t.Helper()
	tr := interp.ParseTranscript(name, text)
	results, err := tr.Replay(context.Background(), prelude)
	if err != nil {
		t.Fatal(err)
	}
	results = youngerThan(tr, results)
	var diff bytes.Buffer
	if tr.Report(&diff, results) > 0 && (!*update || !strings.HasSuffix(name, ".txt")) {
		t.Errorf("not as shown:\n%s", diff.String())
	} else if skipped := tr.Skipped(results); len(skipped) > 0 && !*update {
		t.Skip("not all of it: " + strings.Join(skipped, "; "))
	}
	return tr.Update(results)
}

// tooNew is what a hint says of what the running kernel has refused to know.
var tooNew = regexp.MustCompile(`\S.* (came with|since|needs Landlock ABI \d+,) Linux \S.*`)

// youngerThan ends each session, as skip does, at the first item that fails because it is younger than the kernel.
func youngerThan(tr *interp.Transcript, results []interp.Result) (kept []interp.Result) {
	first := map[*interp.Item]bool{}
	for _, s := range tr.Sessions {
		if len(s.Items) > 0 {
			first[s.Items[0]] = true
		}
	}
	skipping := false
	for _, r := range results {
		skipping = skipping && !first[r.Item]
		if skipping {
			continue
		}
		why := tooNew.FindString(r.Got)
		if strings.Contains(r.Got, "exit status unknown") && !pidfdsKnowStatus() {
			why = "a pidfd knows how its process has ended since Linux 6.15"
		}
		if why != "" && !r.OK() {
			r.Skipped, skipping = why, true
		}
		kept = append(kept, r)
	}
	return kept
}

// pidfdsKnowStatus asks a pidfd how a process has ended that has been waited for.
var pidfdsKnowStatus = sync.OnceValue(func() bool {
	pidfd := -1
	cmd := exec.Command("/bin/true")
	cmd.SysProcAttr = &syscall.SysProcAttr{PidFD: &pidfd}
	if cmd.Run() != nil || pidfd < 0 {
		return false
	}
	defer unix.Close(pidfd)
	info := [64]byte{8}        // PIDFD_INFO_EXIT
	const getInfo = 0xc040ff0b // PIDFD_GET_INFO
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(pidfd), getInfo, uintptr(unsafe.Pointer(&info)))
	return errno == 0
})
