// Command go-reference is the trickle package of the field behind the command line that tests script.
package main

import (
	"errors"
	"os"

	"github.com/livepeer/go-livepeer/trickle"

	"rill/peers/drive"
)

func main() {
	os.Exit(drive.Main(drive.Kit{
		NewPublisher:  newPublisher,
		NewSubscriber: newSubscriber,
		NewServer:     newServer,
		Judge:         judge,
	}, os.Args[1:]))
}

func judge(err error) drive.Verdict {
	var absent *trickle.SequenceNonexistent
	switch {
	case errors.Is(err, trickle.EOS):
		return drive.Verdict{Text: drive.ChannelClosed}
	case errors.Is(err, trickle.StreamNotFoundErr):
		return drive.Verdict{Text: drive.ChannelNotFound}
	case errors.As(err, &absent):
		return drive.Verdict{Text: drive.NoSegment, Latest: int64(absent.Latest)}
	}
	return drive.Verdict{Text: err.Error()}
}
