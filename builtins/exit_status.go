package builtins

import (
	"errors"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// What a script exits with that an error has ended, beside the status of the
// program that failed; they are sh's.
const (
	statusError     = 1
	statusNoProgram = 126 // it exists, but cannot be executed
	statusSkipped   = 77  // as in automake
	statusMissing   = 127
)

// FailedStatus is the exit status of a script that err has ended, as that of
// sh -e would be: of a program that has failed, its own.
func FailedStatus(err error) int {
	var program *failedProgram
	var call *task.Error
	switch {
	case errors.As(err, &program):
		return max(program.result.exitStatus(), statusError)
	case errors.As(err, new(*Skipped)):
		return statusSkipped
	case errors.As(err, new(*notInPath)):
		return statusMissing
	case !errors.As(err, &call) || call.Name != "execve":
		return statusError
	case call.Errno == unix.ENOENT || call.Errno == unix.ENOTDIR:
		return statusMissing
	}
	return statusNoProgram
}
