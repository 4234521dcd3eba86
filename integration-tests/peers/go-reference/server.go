package main

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/livepeer/go-livepeer/trickle"

	"rill/peers/drive"
)

type server struct {
	*http.ServeMux

	trickle *trickle.Server
	stop    func()

	mu         sync.Mutex
	publishers map[string]*trickle.TrickleLocalPublisher
}

func newServer(profile drive.Profile) drive.Server {
	mux := http.NewServeMux()
	hook := hookOf(profile)
	made := trickle.ConfigureServer(trickle.TrickleServerConfig{
		Mux:           mux,
		BasePath:      profile.BasePath,
		Autocreate:    profile.Autocreate,
		Changefeed:    profile.Changefeed,
		IdleTimeout:   profile.IdleTimeout(),
		SweepInterval: profile.SweepInterval(),
		BeforeCreate:  hook,
		BeforeDelete:  hook,
	})
	return &server{
		ServeMux: mux, trickle: made, stop: made.Start(), publishers: make(map[string]*trickle.TrickleLocalPublisher),
	}
}

func hookOf(profile drive.Profile) func(*http.Request, string) error {
	return func(_ *http.Request, channel string) error {
		refusal := profile.Refuses(channel)
		switch {
		case refusal == nil:
			return nil
		case refusal.Unexpected:
			return errors.New(refusal.Message)
		}
		return &trickle.RequestError{StatusCode: refusal.Status, Message: refusal.Message}
	}
}

func (s *server) CreateChannel(name, contentType string) {
	trickle.NewLocalPublisher(s.trickle, name, contentType).CreateChannel()
}

func (s *server) Write(channel string, source io.Reader) error {
	s.mu.Lock()
	found := s.publishers[channel]
	if found == nil {
		found = trickle.NewLocalPublisher(s.trickle, channel, "text/plain")
		s.publishers[channel] = found
	}
	s.mu.Unlock()
	return found.Write(source)
}

func (s *server) Read(channel string, number int64) (*drive.LocalSegment, error) {
	reader := trickle.NewLocalSubscriber(s.trickle, channel)
	reader.SetSeq(int(number))
	found, err := reader.Read()
	if err != nil {
		return nil, err
	}
	return &drive.LocalSegment{Body: found.Reader, Metadata: found.Metadata}, nil
}

func (s *server) Stop() {
	s.stop()
}
