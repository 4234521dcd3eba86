// Command peer is the client and the server of this module behind the command line that tests script.
package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"rill/peers/client"
	"rill/peers/drive"
	"rill/peers/server"
)

func main() {
	os.Exit(drive.Main(drive.Kit{
		NewPublisher:  newPublisher,
		NewSubscriber: newSubscriber,
		NewServer:     newServer,
		Judge:         judge,
	}, os.Args[1:]))
}

type publisher struct{ *client.Publisher }

func newPublisher(target drive.Target) (drive.Publisher, error) {
	made, err := client.NewPublisher(target.URL, target.HTTP2)
	return publisher{made}, err
}

func (p publisher) Next() (drive.Segment, error) {
	return p.Publisher.Next()
}

func newSubscriber(target drive.Target, start int64, refresh time.Duration) (drive.Subscriber, error) {
	return client.NewSubscriber(client.Config{
		URL: target.URL, HTTP2: target.HTTP2, Start: start, Refresh: refresh,
	}), nil
}

func judge(err error) drive.Verdict {
	var absent *client.NoSegment
	switch {
	case errors.Is(err, client.ErrEndOfStream):
		return drive.Verdict{Text: drive.ChannelClosed}
	case errors.Is(err, client.ErrUnknownChannel):
		return drive.Verdict{Text: drive.ChannelNotFound}
	case errors.As(err, &absent):
		return drive.Verdict{Text: drive.NoSegment, Latest: absent.Latest}
	}
	return drive.Verdict{Text: err.Error()}
}

// local is a server with one publisher for each channel that is written from within the process.
type local struct {
	*server.Server

	mu         sync.Mutex
	publishers map[string]*server.LocalPublisher
}

func newServer(profile drive.Profile) drive.Server {
	hook := hookOf(profile)
	return &local{
		Server: server.New(server.Config{
			BasePath:      profile.BasePath,
			Autocreate:    profile.Autocreate,
			Changefeed:    profile.Changefeed,
			IdleTimeout:   profile.IdleTimeout(),
			SweepInterval: profile.SweepInterval(),
			BeforeCreate:  hook,
			BeforeDelete:  hook,
		}),
		publishers: make(map[string]*server.LocalPublisher),
	}
}

func hookOf(profile drive.Profile) server.Hook {
	return func(_ *http.Request, channel string) error {
		refusal := profile.Refuses(channel)
		switch {
		case refusal == nil:
			return nil
		case refusal.Unexpected:
			return errors.New(refusal.Message)
		}
		return &server.PolicyError{Status: refusal.Status, Message: refusal.Message}
	}
}

func (l *local) Write(channel string, source io.Reader) error {
	l.mu.Lock()
	found := l.publishers[channel]
	if found == nil {
		found = l.LocalPublisher(channel, "text/plain")
		l.publishers[channel] = found
	}
	l.mu.Unlock()
	return found.Write(source)
}

func (l *local) Read(channel string, number int64) (*drive.LocalSegment, error) {
	found, err := l.ReadLocally(channel, number)
	if err != nil {
		return nil, err
	}
	return &drive.LocalSegment{
		Body: found.Body,
		Metadata: map[string]string{
			"Lp-Trickle-Seq":    strconv.FormatInt(found.Sequence, 10),
			"Lp-Trickle-Latest": strconv.FormatInt(found.Latest, 10),
			"Content-Type":      found.ContentType,
		},
	}, nil
}
