// Package server is a trickle server on Go's HTTP stack, written from the wire specification. It behaves as the servers
// in the field do, their known defects included (a pointer that moves back, readers left behind by an eviction), so
// that clients and the conformance kit can be judged against something that shares no code with Rill.
//
// Two defects are left out because they would take the judge down: negative numbers that the field answers by cutting
// the connection do not lock their channel, and a local source that fails ends its segment.
package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Changefeed is the name of the channel that tells which channels come and go.
const Changefeed = "_changes"

// ErrUnknownChannel says that there is no channel of that name.
var ErrUnknownChannel = errors.New("stream not found")

// Hook decides about a creation or a deletion; nil allows it. See [PolicyError].
type Hook func(request *http.Request, channel string) error

// PolicyError is a refusal that a client is meant to see.
type PolicyError struct {
	Status  int // 400 to 499; anything else is answered 400
	Message string
}

func (e *PolicyError) Error() string {
	return e.Message
}

// Config is what a server is told.
type Config struct {
	BasePath      string        // begins and ends with a slash
	Autocreate    bool          // publishing creates channels
	Changefeed    bool          // serve the channel _changes
	IdleTimeout   time.Duration // 5 minutes when zero
	SweepInterval time.Duration // 1 minute when zero
	BeforeCreate  Hook
	BeforeDelete  Hook
}

// Server holds channels and serves them over HTTP. Safe for use by any goroutine.
type Server struct {
	config Config
	mux    *http.ServeMux
	feed   *LocalPublisher
	stop   chan struct{}

	mu       sync.Mutex
	channels map[string]*channel
}

// New makes a server and starts its sweep; Stop ends it.
func New(config Config) *Server {
	s := &Server{
		config:   withDefaults(config),
		mux:      http.NewServeMux(),
		stop:     make(chan struct{}),
		channels: make(map[string]*channel),
	}
	if config.Changefeed {
		s.feed = s.LocalPublisher(Changefeed, "application/json")
		s.CreateChannel(Changefeed, "application/json")
	}
	s.routes()
	go s.sweepUntilStopped()
	return s
}

func withDefaults(config Config) Config {
	if config.BasePath == "" {
		config.BasePath = "/"
	}
	if config.IdleTimeout == 0 {
		config.IdleTimeout = 5 * time.Minute
	}
	if config.SweepInterval == 0 {
		config.SweepInterval = time.Minute
	}
	return config
}

// ServeHTTP routes a request; the server may also be mounted in another mux.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mux.ServeHTTP(w, r)
}

// CreateChannel creates a channel, also where publishing does not; one that exists stays as it is.
func (s *Server) CreateChannel(name, contentType string) {
	s.lookUp(name, contentType, true)
}

// CloseChannel closes and forgets a channel; false if there is none.
func (s *Server) CloseChannel(name string) bool {
	s.mu.Lock()
	found := s.channels[name]
	s.mu.Unlock()
	if found == nil {
		return false
	}
	found.close()
	s.mu.Lock()
	if s.channels[name] == found {
		delete(s.channels, name)
	}
	s.mu.Unlock()
	s.tell(changes{Removed: []string{name}})
	return true
}

// Stop closes every channel and ends the sweep. Call it once.
func (s *Server) Stop() {
	close(s.stop)
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, each := range s.channels {
		each.close()
		delete(s.channels, name)
	}
}

// lookUp finds a channel, or makes it if it may.
func (s *Server) lookUp(name, contentType string, create bool) *channel {
	s.mu.Lock()
	found, exists := s.channels[name]
	if !exists && create {
		found = newChannel(name, contentType)
		s.channels[name] = found
	}
	s.mu.Unlock()
	if !exists && create {
		s.tell(changes{Added: []string{name}})
	}
	return found
}

type changes struct {
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

func (s *Server) tell(event changes) {
	if s.feed == nil {
		return
	}
	document, err := json.Marshal(event)
	if err == nil {
		// A foreign segment on the feed makes this fail for good, as in the field.
		_ = s.feed.Write(strings.NewReader(string(document)))
	}
}

func (s *Server) sweepUntilStopped() {
	ticker := time.NewTicker(s.config.SweepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case now := <-ticker.C:
			s.sweep(now)
		}
	}
}

func (s *Server) sweep(now time.Time) {
	s.mu.Lock()
	idle := make([]string, 0)
	for name, each := range s.channels {
		if !strings.HasPrefix(name, "_") && now.Sub(each.idleSince()) > s.config.IdleTimeout {
			idle = append(idle, name)
		}
	}
	s.mu.Unlock()
	for _, name := range idle {
		s.CloseChannel(name)
	}
}
