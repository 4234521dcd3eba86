// Package drive turns a trickle implementation into a peer that tests can script: commands come in as JSON lines on
// standard input, events go out as JSON lines on standard output. The README beside the module lists both.
package drive

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Publisher writes a channel from segment 0 on.
type Publisher interface {
	Next() (Segment, error)
	Close() error
}

// Segment is a segment that was handed out and not yet written.
type Segment interface {
	Write(source io.Reader) (int64, error)
	Drop() error
}

// Subscriber reads a channel segment by segment.
type Subscriber interface {
	Read() (*http.Response, error)
	SetSequence(number int64)
}

// Target is a channel and how to get there.
type Target struct {
	URL   string
	HTTP2 bool // only, by prior knowledge where there is no TLS; otherwise HTTP/1.1
}

// Verdict is what an error of a publisher or subscriber means.
type Verdict struct {
	Text   string // one of the constants below, or the error's own text
	Latest int64  // with NoSegment: the pointer of the channel
}

// What an error can mean.
const (
	ChannelClosed   = "channel closed"
	ChannelNotFound = "channel not found"
	NoSegment       = "no segment"
)

// Kit is an implementation under test.
type Kit struct {
	NewPublisher  func(target Target) (Publisher, error)
	NewSubscriber func(target Target, start int64, refresh time.Duration) (Subscriber, error)
	NewServer     func(profile Profile) Server
	Judge         func(err error) Verdict
}

const usage = "usage: peer publish -url URL [-http2] [-seed N]" +
	" | subscribe -url URL [-http2] [-start N] [-stepwise] [-refresh DURATION]" +
	" | serve [-certificate FILE -key FILE]"

// Main runs the command line and returns the exit code.
func Main(kit Kit, arguments []string) int {
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, usage)
		return 2
	}
	var err error
	switch arguments[0] {
	case "publish":
		err = publish(kit, arguments[1:])
	case "subscribe":
		err = subscribe(kit, arguments[1:])
	case "serve":
		err = serve(kit, arguments[1:])
	default:
		err = fmt.Errorf("unknown command %q; %s", arguments[0], usage)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		return 1
	}
	return 0
}

func flags(name string) (*flag.FlagSet, *Target) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	target := &Target{}
	set.StringVar(&target.URL, "url", "", "URL of the channel")
	set.BoolVar(&target.HTTP2, "http2", false, "speak HTTP/2")
	return set, target
}
