package edit_test

import "golang.org/x/sys/unix"

const sigwinch = unix.SIGWINCH
