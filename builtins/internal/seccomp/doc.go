// Package seccomp makes seccomp filters: it compiles a policy into the classic
// BPF that seccomp(2) takes, tells what a filter does with a call, and lists
// its instructions. It makes no system call and knows no Starlark.
//
// A filter is a list of tests, one rule after the other, and not a search tree:
// what the kernel allows without a look at the arguments it remembers by the
// number of the call, and does not run the filter for it again (Linux 5.11).
package seccomp
