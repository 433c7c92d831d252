package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nstar/interp/edit/vttest"
)

// What is known to break line editors, and the tests that it does not break this one; those with a slash are in
// this package, each in all places, the others in interp/edit.
//
//	lines of a block: edited, recalled whole      TestBlock, TestRecall, TestEditor/blocks…
//	Ctrl-C in a line, in a block, in a loop       TestInterrupt, TestEditor/blocks…, TestWorking/commands…
//	Ctrl-D in a block                             TestEndInBlock, TestEditor/Ctrl-D…
//	Delete on an empty line, Ctrl-T on one rune   TestHarmlessKeys
//	Ctrl-Z: as a job, without a shell, as pid 1   TestEditor/Ctrl-Z…, /as process 1…
//	Ctrl-W on the first word                      TestKeys
//	a paste of many lines, with tabs in strings   TestPaste, TestBurst
//	a menu on a wrapped line                      TestMenu
//	a wrapped line, edited in its midst           TestLongLine
//	a resize, narrower and wider                  TestResize, TestEditor/a resize
//	wide and combining characters                 TestWide, TestKeys, TestMotions
//	Home, End and Ctrl-arrows in tmux             TestKeys
//	undo, and Alt with any letter                 TestKeys, TestHarmlessKeys
//	the keys of vi                                TestVi
//	Ctrl-R, and Up to what begins alike           TestSearch, TestPrefix
//	colours; a hint after the text that wraps     TestColours, TestHint, TestNoColour
//	a program in the foreground, and back         TestForeground/…, TestWorking/commands…, TestPty/…
//	what is typed ahead for a program             TestTypeAhead, TestEditor/a program…
//	Ctrl-Z while a program runs                   TestForeground/…
//	a pipe, a file for output, TERM=dumb          TestEditor/the output is a file, /TERM=dumb; testdata/prompt*.txt
//	a tiny window, bytes that are no text, NUL    TestTinyWindow, TestHarmlessKeys, TestEditorInput/bytes…, /a window…
//	signals, keys and output at once (-race)      TestRace, TestResize
//	the history: mode, lines, whose file          TestHistory, TestHistoryRefused
//	  corrupt, read-only, on a full disk          TestHistoryCorrupt, TestEditorInput/a history…
//	  of two prompts at once                      TestHistoryShared, TestEditorInput/two prompts
//	a hang-up, and a window that is closed        TestHangup, TestEditor/a hang-up…, /the window…
//	a paste of 1 MB, a line of 1 MB               TestHugePaste, TestHugeLine, TestEditorInput/a paste…
//	the current task dies                         TestRenew, TestEditor/the current task…, TestWorking/the current…
func TestEditorInput(t *testing.T) {
	t.Parallel()
	everywhere(t, "bytes that are no text, and NUL", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Has("> |")
		d.Type("len('\xff\x00\xc3')\r")
		d.prompts("6") // two times the replacement character; NUL is a key that does nothing
		d.answers("6 * 7", "42")
		d.Type("\x04")
		d.ends(0)
	})

	everywhere(t, "a window of 8 by 5", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Has("> |")
		d.Resize(8, 5)
		has := func(text string) { // in one row or more, wherever those break
			d.Until(text, func(s *vttest.Screen) bool {
				return strings.Contains(strings.NewReplacer("\n", "", " ", "").Replace(s.String()), text)
			})
		}
		d.Type("\x0c12345678 * 10\r")
		has("123456780")
		has(">|") // at the prompt Ctrl-C is a key; before it, it would be a signal
		d.Type("mount(")
		has("mount(|")
		d.Type("\x03\x0c'漢字' * 3\r")
		has("\"漢字漢字漢字\"")
		d.Type("\x04")
		d.ends(0)
	})

	everywhere(t, "a paste of 1 MB", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Has("> |")
		line := "x = '" + strings.Repeat("0123456789", 9) + "'\n"
		d.Paste(strings.Repeat(line, 1<<20/len(line)) + "n = 42")
		d.Has("... n = 42|")
		d.Type("\r")
		d.Has("> |")
		d.answers("n, len(x)", "(42, 90)")
		d.Type("\x04")
		d.ends(0)
	})

	everywhere(t, "two prompts", func(t *testing.T, p place) {
		one := p.sit(t, nil, installed("nstar"))
		one.Has("> |")
		two := p.sit(t, []string{"XDG_STATE_HOME=" + one.state}, installed("nstar"))
		two.Has("> |")
		one.answers("100 + 1", "101")
		two.answers("100 + 2", "102")
		one.answers("100 + 3", "103")
		for _, d := range []*desk{one, two} {
			d.Type("\x04")
			d.ends(0)
		}
		three := p.sit(t, []string{"XDG_STATE_HOME=" + one.state}, installed("nstar"))
		three.Has("> |")
		for _, want := range []string{"3", "2", "1"} {
			three.Type("\x1b[A")
			three.Has("> 100 + " + want + "|")
		}
		three.Type("\x03\x04")
		three.ends(0)
	})

	everywhere(t, "a history that is corrupt, and read-only", func(t *testing.T, p place) {
		path := filepath.Join(t.TempDir(), "history")
		if err := os.WriteFile(path, []byte("\"6 * 7\"\n\x00\xff nonsense\n\"torn"), 0o400); err != nil {
			t.Fatal(err)
		}
		d := p.sit(t, []string{"NSTAR_HISTORY=" + path}, installed("nstar"))
		d.Has("> |")
		if !p.root() {
			d.Has("what is entered is not kept")
		}
		d.Type("\x1b[A")
		d.Has("> 6 * 7|")
		d.Type("\r")
		d.prompts("42")
		d.Type("\x04")
		d.ends(0)
	})

	everywhere(t, "a history on a full disk", func(t *testing.T, p place) {
		unshare, err := exec.LookPath("unshare")
		if err == nil {
			err = exec.Command(unshare, "-Urm", "true").Run()
		}
		if err != nil {
			t.Skip("unshare -Urm: ", err)
		}
		dir := t.TempDir()
		d := p.sit(t, []string{"NSTAR_HISTORY=" + dir + "/history"}, unshare, "-Urm", "sh", "-c",
			`mount -t tmpfs -o size=4k none "$1" && exec "$2"`, "sh", dir, installed("nstar"))
		d.Has("> |")
		d.answers("6 * 7", "42")
		d.Paste("x = '" + strings.Repeat("0123456789", 1000) + "'")
		d.Has("789'|")
		d.Type("\r")
		d.Until("a complaint, and a prompt", func(s *vttest.Screen) bool {
			return regexp.MustCompile(`(?s)not kept any more:.*> \|$`).MatchString(s.String())
		})
		d.answers("len(x)", "10000")
		d.Type("\x04")
		d.ends(0)
	})
}
