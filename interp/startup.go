package interp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"nstar/builtins"
)

// Startup runs the user's init.star, for a prompt that follows. An error in it is printed, and so is why it was
// not run; neither keeps the prompt from coming. A program that it has become, however, ends the session: done
// is true, and status the program's.
func (in *Interp) Startup(ctx context.Context) (status int, done bool) {
	path := startupPath(lookup(in.env))
	if path == "" {
		return 0, false
	}
	text, err := readOwn(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false
	}
	if err != nil {
		fmt.Fprintf(in.notes, "nstar: %s was not run: %v\n", path, reason(err))
		return 0, false
	}
	ctx, stop := in.watch.run(ctx)
	defer stop()
	err = in.exec(ctx, fileSource(path, text))
	var program *builtins.Replaced
	if errors.As(err, &program) {
		stop()
		return in.follow(ctx, program), true
	}
	status = in.conclude(ctx, err)
	return status, in.Ended()
}

// startupPath returns where init.star is looked for; "" if the environment does not tell.
func startupPath(env func(string) string) string {
	dir := env("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home := env("HOME")
		if !filepath.IsAbs(home) {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "nstar", "init.star")
}

// readOwn reads a file that nobody else can have written: it runs with all the rights of who starts a prompt.
func readOwn(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	case ok && int(st.Uid) != os.Geteuid() && st.Uid != 0:
		return nil, fmt.Errorf("it belongs to the user %d", st.Uid)
	case info.Mode().Perm()&0o022 != 0:
		return nil, fmt.Errorf("others may write it (mode %04o): chmod go-w", info.Mode().Perm())
	}
	return io.ReadAll(f)
}

// reason is err without the path that its message has anyway.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
