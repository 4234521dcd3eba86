package client

import (
	"fmt"
	"io"
	"net/http"
	"sync"
)

// contentType labels every segment, whatever it holds, as the field does.
const contentType = "video/MP2T"

// Publisher writes a channel from segment 0 on. The request of the next segment is on the wire before it is needed.
type Publisher struct {
	url    string
	http2  bool
	client *http.Client

	mu      sync.Mutex
	next    int64
	pending *Segment
}

// NewPublisher preconnects segment 0 of the channel at a URL, over HTTP/2 or HTTP/1.1.
func NewPublisher(url string, http2 bool) (*Publisher, error) {
	p := &Publisher{url: url, http2: http2, client: newHTTPClient(http2)}
	pending, err := p.preconnect()
	p.pending = pending
	return p, err
}

// Next hands out the next segment and preconnects the one after it.
func (p *Publisher) Next() (*Segment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	handedOut := p.pending
	pending, err := p.preconnect()
	if err != nil {
		return nil, err
	}
	p.pending = pending
	return handedOut, nil
}

// Close deletes the channel, then ends the body of the preconnected segment.
func (p *Publisher) Close() error {
	err := remove(p.url, p.http2)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		err = p.pending.body.Close()
	}
	return err
}

// preconnect sends the head of a POST. Its body follows when the segment is written.
func (p *Publisher) preconnect() (*Segment, error) {
	source, sink := io.Pipe()
	url := fmt.Sprintf("%s/%d", p.url, p.next)
	request, err := http.NewRequest(http.MethodPost, url, source)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", contentType)
	s := &Segment{Sequence: p.next, url: url, http2: p.http2, body: sink, answer: make(chan error, 1)}
	p.next++
	go func() {
		err := p.post(request)
		// A writer that is in the middle of the body must learn that nobody reads it any more.
		_ = source.Close()
		s.answer <- err
	}()
	return s, nil
}

func (p *Publisher) post(request *http.Request) error {
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	switch {
	case isEndOfStream(response):
		return ErrEndOfStream
	case err != nil:
		return err
	case response.StatusCode == http.StatusNotFound:
		return ErrUnknownChannel
	case response.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("POST %s: status %d: %s", request.URL, response.StatusCode, text)
	}
	return nil
}

// Segment is a preconnected segment. Write it once, or drop it.
type Segment struct {
	Sequence int64

	url    string
	http2  bool
	body   *io.PipeWriter
	answer chan error
}

// Write streams a source as the segment and returns what the peer answered. What the peer says wins over an error of
// the body, which is a consequence of it.
func (s *Segment) Write(source io.Reader) (int64, error) {
	select {
	case err := <-s.answer:
		_ = s.body.Close()
		return 0, err
	default:
	}
	written, failure := io.Copy(s.body, source)
	if failure == nil {
		failure = s.body.Close()
	}
	if answer := <-s.answer; answer != nil {
		_ = s.body.Close()
		return written, answer
	}
	return written, failure
}

// Drop tells the peer that the segment, or the rest of it, will not come.
func (s *Segment) Drop() error {
	_ = s.body.Close()
	return remove(s.url, s.http2)
}
