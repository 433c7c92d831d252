package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"nstar/interp"
)

// fmtScripts prints scripts in the one form that all have, or tells which have it not.
func fmtScripts(c Command, o given, args []string) int {
	in := interp.New(interp.Options{Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr}) // the signals are for reading
	defer in.Close()
	if len(args) == 0 {
		args = []string{"-"}
	}
	files, err := scriptsIn(args, ".star")
	if err != nil {
		return fail(c, err)
	}
	status := 0
	for _, file := range files {
		if status = max(status, fmtFile(c, in, o, file)); status > 128 { // a signal
			break
		}
	}
	return status
}

// fmtFile formats one file; the status is 1 if it cannot be, or has another form and -l or -d is to tell.
func fmtFile(c Command, in *interp.Interp, o given, file string) int {
	name, text, err := readScript(c, file)
	if err != nil {
		return fail(c, err)
	}
	formatted, ok := in.Format(name, text)
	if !ok {
		return interp.StatusError
	}
	same := bytes.Equal(text, formatted)
	status := 0
	if o.has("l") && !same {
		status = max(interp.StatusError, c.print(name+"\n"))
	}
	if o.has("d") && !same {
		status = max(interp.StatusError, c.print(string(diff.Diff(name+".orig", text, name, formatted))))
	}
	switch {
	case o.has("w") && file != "-":
		if same {
			return 0
		}
		if err := replaceFile(file, formatted); err != nil {
			return fail(c, err)
		}
		return 0
	case o.has("l") || o.has("d"):
		return status
	}
	return c.print(string(formatted))
}

// readScript reads a file, or standard input for -, and says what to call it.
func readScript(c Command, file string) (name string, text []byte, err error) {
	if file == "-" {
		text, err = c.await(func() ([]byte, error) { return io.ReadAll(c.Stdin) })
		return "<stdin>", text, err
	}
	text, err = c.readFile(file)
	return file, text, err
}

// scriptsIn are the files that are named, and those below the folders that are named whose names end so.
func scriptsIn(args []string, suffixes ...string) ([]string, error) {
	var files []string
	for _, arg := range args {
		if info, err := os.Stat(arg); arg == "-" || err != nil || !info.IsDir() {
			files = append(files, arg) // a file that is missing is reported when it is read
			continue
		}
		err := filepath.WalkDir(arg, func(path string, e fs.DirEntry, err error) error {
			for _, suffix := range suffixes {
				if err == nil && e.Type().IsRegular() && strings.HasSuffix(path, suffix) {
					files = append(files, path)
					break
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// replaceFile gives a file, or what a symbolic link leads to, other contents at once: whoever reads it meanwhile sees
// the old ones or the new. Its mode is kept.
func replaceFile(file string, text []byte) error {
	file, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", file)
	}
	return writeAtomic(file, bytes.NewReader(text), info.Mode().Perm())
}

// writeAtomic makes a file by a rename of one that is complete.
func writeAtomic(file string, r io.Reader, mode fs.FileMode) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if _, err = io.Copy(tmp, r); err != nil {
		return err
	}
	if err = tmp.Chmod(mode); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}
