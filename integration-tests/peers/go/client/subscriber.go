package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// Next starts a subscription at the segment that begins next.
	Next = -1
	// Current starts a subscription at the segment that is being written.
	Current = -2

	// RefreshInterval is how long a request may wait for its head before it is sent anew.
	RefreshInterval = 20 * time.Second

	maxFailures = 5
	noNumber    = -98
)

var errGivenUp = errors.New("too many failures in a row")

// Config is what a subscriber is told.
type Config struct {
	URL     string
	Start   int64
	Refresh time.Duration // RefreshInterval when zero
	HTTP2   bool
}

// Subscriber reads a channel segment by segment, the next one preconnected from the head of the current one on.
type Subscriber struct {
	config Config

	mu       sync.Mutex
	client   *http.Client
	wanted   int64
	pending  *http.Response
	failures int
}

// NewSubscriber sends no request yet; the first Read does.
func NewSubscriber(config Config) *Subscriber {
	if config.Refresh == 0 {
		config.Refresh = RefreshInterval
	}
	return &Subscriber{config: config, client: newHTTPClient(config.HTTP2), wanted: config.Start}
}

// SetSequence moves the subscription and forgets what was preconnected.
func (s *Subscriber) SetSequence(number int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending != nil {
		_ = s.pending.Body.Close()
		s.pending = nil
	}
	s.wanted = number
	s.failures = 0
}

// Read waits for the head of the wanted segment and preconnects its successor. The caller closes the body.
func (s *Subscriber) Read() (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	response, err := s.take()
	if err != nil {
		return nil, err
	}
	if err := refusal(response); err != nil {
		_ = response.Body.Close()
		return nil, err
	}
	if got := number(response, headerSequence, noNumber); got >= 0 {
		s.wanted = got + 1
	}
	go s.preconnect()
	return response, nil
}

func refusal(response *http.Response) error {
	switch {
	case isEndOfStream(response):
		return ErrEndOfStream
	case response.StatusCode == http.StatusNotFound:
		return ErrUnknownChannel
	case response.StatusCode == statusNoSegment:
		return &NoSegment{
			Sequence: number(response, headerSequence, noNumber),
			Latest:   number(response, headerLatest, Next),
		}
	}
	return nil
}

func (s *Subscriber) take() (*http.Response, error) {
	if s.failures > maxFailures {
		return nil, errGivenUp
	}
	if response := s.pending; response != nil {
		s.pending = nil
		return response, nil
	}
	return s.counted(s.request())
}

func (s *Subscriber) counted(response *http.Response, err error) (*http.Response, error) {
	if err != nil {
		s.failures++
	} else {
		s.failures = 0
	}
	return response, err
}

func (s *Subscriber) preconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if response, err := s.counted(s.request()); err == nil {
		s.pending = response
	}
}

// request waits for a head. A request that waits for long is cancelled and sent anew, for ever.
func (s *Subscriber) request() (*http.Response, error) {
	url := fmt.Sprintf("%s/%d", s.config.URL, s.wanted)
	for {
		attempt := s.get(url)
		select {
		case <-attempt.done:
			return attempt.response, attempt.err
		case <-time.After(s.config.Refresh):
			attempt.cancel()
		}
	}
}

// attempt is one request. Its outcome may be looked at once it is done.
type attempt struct {
	done     chan struct{}
	cancel   context.CancelFunc
	response *http.Response
	err      error
}

func (s *Subscriber) get(url string) *attempt {
	ctx, cancel := context.WithCancel(context.Background())
	a := &attempt{done: make(chan struct{}), cancel: cancel}
	client := s.client
	go func() {
		defer close(a.done)
		a.response, a.err = get(ctx, client, url)
		if a.err != nil {
			cancel()
			return
		}
		a.response.Body = &cancellingBody{ReadCloser: a.response.Body, cancel: cancel}
	}()
	return a
}

// get keeps the answers that mean something to a subscriber; anything else is a failure.
func get(ctx context.Context, client *http.Client, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	switch response.StatusCode {
	case http.StatusOK, http.StatusNotFound, statusNoSegment:
		return response, nil
	}
	text, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	return nil, fmt.Errorf("GET %s: status %d: %s", url, response.StatusCode, text)
}

// cancellingBody frees the context of its request when it is closed.
type cancellingBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *cancellingBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
