package builtins

import "golang.org/x/sys/unix"

// domainConstants are the address families of socket(2).
var domainConstants = []constant{
	{"AF_UNIX", unix.AF_UNIX},
	{"AF_INET", unix.AF_INET},
	{"AF_INET6", unix.AF_INET6},
	{"AF_NETLINK", unix.AF_NETLINK},
	{"AF_PACKET", unix.AF_PACKET},
	{"AF_VSOCK", unix.AF_VSOCK},
}

// socketConstants are the types of socket(2), with the two flags that go with them.
var socketConstants = []constant{
	{"SOCK_STREAM", unix.SOCK_STREAM},
	{"SOCK_DGRAM", unix.SOCK_DGRAM},
	{"SOCK_RAW", unix.SOCK_RAW},
	{"SOCK_SEQPACKET", unix.SOCK_SEQPACKET},
	{"SOCK_CLOEXEC", unix.SOCK_CLOEXEC},
	{"SOCK_NONBLOCK", unix.SOCK_NONBLOCK},
}
