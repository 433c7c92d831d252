package builtins

import (
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

// capsOf is a capability set of a task as /proc/PID/status has it.
func (l *look) capsOf(field string) (capSet, bool) {
	set, err := strconv.ParseUint(status(l.t.Pid(), field), 16, 64)
	return capSet(set), err == nil
}

// some names one capability, and how many there are beside it.
func (s capSet) some() string {
	list := s.list()
	switch {
	case len(list) == 0:
		return "none"
	case len(list) == 1:
		return list[0].Text()
	}
	return fmt.Sprintf("%s (and %d more)", list[0].Text(), len(list)-1)
}

// capArg is what the call was given as a set; have where that was None.
func (l *look) capArg(name string, have capSet) capSet {
	if set, err := unpackCaps(name, l.c.Arg(name)); err == nil {
		return set
	}
	return have
}

var _ = looking([]string{"capset"}, unix.EPERM, func(l *look, _ *Error) string {
	eff, _ := l.capsOf("CapEff")
	prm, ok := l.capsOf("CapPrm")
	inh, _ := l.capsOf("CapInh")
	bnd, known := l.capsOf("CapBnd")
	if !ok || !known {
		return ""
	}
	newEff, newPrm, newInh := l.capArg("effective", eff), l.capArg("permitted", prm), l.capArg("inheritable", inh)
	switch {
	case newPrm&^prm != 0:
		return fmt.Sprintf("%s cannot become permitted: what is not so can never be", (newPrm &^ prm).some())
	case newEff&^newPrm != 0 && l.c.Given("permitted"):
		return fmt.Sprintf("%s would be effective, but no longer permitted; give effective too", (newEff &^ newPrm).some())
	case newEff&^newPrm != 0:
		return fmt.Sprintf("%s cannot be effective: it is not permitted", (newEff &^ newPrm).some())
	case newInh&^(inh|bnd) != 0:
		return fmt.Sprintf("%s cannot become inheritable: it is not in the bounding set", (newInh &^ (inh | bnd)).some())
	case newInh&^(inh|prm) != 0:
		return fmt.Sprintf("%s cannot become inheritable: it is not permitted, and the task has no CAP_SETPCAP", (newInh &^ (inh | prm)).some())
	}
	return ""
})

var _ = looking([]string{"prctl"}, unix.EPERM, func(l *look, _ *Error) string {
	if option, ok := l.c.Arg("option").(Flags); !ok || option.Value != unix.PR_SET_SECUREBITS {
		return ""
	}
	if text := l.lacks("setting securebits", unix.CAP_SETPCAP, l.own("user"), ""); text != "" {
		return text
	}
	return "a bit that is locked cannot be changed, nor unlocked: prctl(PR_GET_SECUREBITS) returns those that are"
})

var _ = looking([]string{"cap_drop_bound"}, unix.EPERM, func(l *look, _ *Error) string {
	return l.lacks("dropping from the bounding set", unix.CAP_SETPCAP, l.own("user"), "")
})

var _ = looking([]string{"cap_set_ambient"}, unix.EPERM, func(l *look, _ *Error) string {
	prm, ok := l.capsOf("CapPrm")
	inh, known := l.capsOf("CapInh")
	set, err := unpackCaps("caps", l.c.Arg("caps"))
	switch {
	case !ok || !known || err != nil:
	case set&^prm != 0:
		return (set &^ prm).some() + " is not permitted"
	case set&^inh != 0:
		return (set &^ inh).some() + " is not inheritable: capset(inheritable=…) first"
	default:
		return "the securebits have SECBIT_NO_CAP_AMBIENT_RAISE"
	}
	return ""
})
