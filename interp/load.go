package interp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"nstar/scripts"
)

// A module is a file that was loaded, or is being loaded: then done is false.
type module struct {
	globals starlark.StringDict
	err     error
	done    bool
}

// load serves load statements: a file beside the one that asks, else one of the library in the binary.
// Each file runs once a session, in the thread that asked first. Called under the interpreter lock.
func (in *Interp) load(thread *starlark.Thread, name string) (starlark.StringDict, error) {
	src, err := find(in.sources.get(thread.CallFrame(0).Pos.Filename()), name)
	if err != nil {
		return nil, err
	}
	m := in.modules[src.name]
	switch {
	case m == nil:
		m = &module{}
		in.modules[src.name] = m
		m.globals, m.err = in.module(thread, src)
		m.done = true
	case !m.done:
		return nil, fmt.Errorf("cycle: %s is being loaded already", src.name)
	}
	return m.globals, m.err
}

// find reads the file that a load statement in from means by name.
func find(from *source, name string) (*source, error) {
	if name == "" {
		return nil, errors.New("bad value: a module must be a file name, but is empty")
	}
	dir := "."
	if from != nil {
		dir = from.dir
	}
	if from != nil && from.embedded {
		if src, err := library(path.Join(dir, name), name); err == nil {
			return src, nil
		}
		return library(path.Join("lib", name), name)
	}
	file := name
	if !filepath.IsAbs(name) {
		file = filepath.Join(dir, name)
	}
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		return fileSource(file, text), nil
	case !errors.Is(err, fs.ErrNotExist) || filepath.IsAbs(name):
		return nil, err
	}
	return library(path.Join("lib", name), name)
}

// A Loaded is the file that a load statement means.
type Loaded struct {
	Name     string // its path, or, if it is in the binary, its place in the source tree
	Text     []byte
	Embedded bool
}

// mostLoaded is how many bytes Find reads of a file.
const mostLoaded = 16 << 20

// Find reads the file that load(name, …) means in a script of the folder dir. Unlike the statement it does not
// wait for a FIFO or a device.
func Find(dir, name string) (Loaded, error) {
	file := name
	if !filepath.IsAbs(name) {
		file = filepath.Join(dir, name)
	}
	if info, err := os.Stat(file); err == nil && name != "" && (!info.Mode().IsRegular() || info.Size() > mostLoaded) {
		return Loaded{}, fmt.Errorf("%s is no file of at most %d bytes", file, mostLoaded)
	}
	src, err := find(&source{dir: dir}, name)
	if err != nil {
		return Loaded{}, err
	}
	return Loaded{src.name, src.text, src.embedded}, nil
}

// Library lists the files in the binary that a script can load.
func Library() []string { return libraryNames() }

// library reads a file of the binary. Positions show its place in the source tree.
func library(file, name string) (*source, error) {
	text, err := scripts.FS.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("ENOENT (no such file or directory): %s is neither beside the script nor in the library%s",
			name, DidYouMean(name, libraryNames()))
	}
	return &source{name: "scripts/" + file, text: text, dir: path.Dir(file), embedded: true}, nil
}

func libraryNames() []string {
	var names []string
	entries, _ := scripts.FS.ReadDir("lib")
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".star") {
			names = append(names, e.Name())
		}
	}
	return names
}
