package main

import (
	"os"
	"path/filepath"
	"testing"

	"nstar/interp/edit/vttest"
)

// TestTab has Tab pressed at a terminal.
func TestTab(t *testing.T) {
	t.Parallel()
	everywhere(t, "names, flags and files", func(t *testing.T, p place) {
		dir := t.TempDir()
		for _, name := range []string{"one", "two\nlines", "\x1b]0;owned\a"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("contents"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		d := p.sit(t, []string{"DIR=" + dir, "NO_COLOR=", "CLICOLOR=1"}, installed("nstar"))
		d.Has("> |")
		d.Type("sethostn\t(")
		d.Has("sethostname(|\nsethostname(name")
		d.Screen(func(s *vttest.Screen) {
			if before, name := s.Look(1, 11), s.Look(1, 12); before != "90" || name != "1" {
				t.Errorf("the parameter that is typed looks %q, and what is before it %q", name, before)
			}
		})
		d.Type("\x15unshare(CLONE_NEWU\t")
		d.Has("CLONE_NEWUSER  a CLONE_ flag, 0x10000000")
		d.Type("\t")
		d.Has("unshare(CLONE_NEWUSER|")
		d.Type(" \x15use_me = {'first key': 5}\r")
		d.prompts("use_me = {'first key': 5}") // a Tab before the prompt would be the terminal's
		d.Type("use_me['\t]\r")
		d.prompts("use_me['first key']\n5")
		d.Type("environ['DI\t] != ''\r")
		d.prompts("environ['DIR'] != ''\nTrue")
		d.Type("chdir(environ['DIR'])\r")
		d.prompts("chdir(environ['DIR'])")
		d.Type("read_file('on\t)\r")
		d.prompts("read_file('one')\n\"contents\"")
		d.Type("read_file('tw\t)\r")
		d.prompts("read_file('two\\nlines')\n\"contents\"")
		d.Type("read_file('\t")
		d.Has(`\x1b]0;owned\x07`)
		d.Type("\x03exit()\r") // the menu and the line go together
		d.ends(0)
	})

	everywhere(t, "a task of its own", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Has("> |")
		d.Type("t = clone(CLONE_NEWUSER | CLONE_NEWNS)\r")
		d.Type("map_root(task=t); mount('none', '/tmp', 'tmpfs', task=t)\r")
		d.Type("mkdir('/tmp/only-here', task=t)\r")
		d.answers("getcwd() != 'x'", "True")
		d.answers("len(listdir('/tmp', task=t))", "1")
		d.Type("use(t)\r")
		d.prompts("use(t)")
		d.Type("listdir('/tmp/on\t')\r")
		d.prompts("listdir('/tmp/only-here/')\n[]")
		d.Type("exit()\r")
		d.ends(0)
	})
}
