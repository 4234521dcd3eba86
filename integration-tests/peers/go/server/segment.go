package server

import "sync"

// segment is an append-only byte string that is readable while it grows.
type segment struct {
	number int64

	mu      sync.Mutex
	data    []byte
	closed  bool
	changed chan struct{} // closed and replaced at every change
	ended   chan struct{} // closed when the segment is
}

func newSegment(number int64) *segment {
	return &segment{number: number, changed: make(chan struct{}), ended: make(chan struct{})}
}

// append stores bytes, also after a close, as the field does: a reader that has seen the end does not see them.
func (s *segment) append(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = append(s.data, data...)
	s.wake()
}

func (s *segment) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.ended)
		s.wake()
	}
}

// from returns what there is from a position on, whether that is all, and what to wait for otherwise.
func (s *segment) from(position int) (data []byte, ended bool, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data[position:len(s.data):len(s.data)], s.closed, s.changed
}

func (s *segment) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// isFresh tells whether the segment has no byte and is not closed.
func (s *segment) isFresh() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed && len(s.data) == 0
}

func (s *segment) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}
