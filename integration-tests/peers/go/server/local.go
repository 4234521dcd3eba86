package server

import (
	"errors"
	"io"
	"sync"
)

var (
	// ErrNoSegment says that the channel does not have that segment.
	ErrNoSegment = errors.New("seq not found")
	// ErrExists says that someone else has written the segment or its successor.
	ErrExists = errors.New("entry already exists")
)

// LocalPublisher writes segments from within the process, numbered from 0 by its own count.
type LocalPublisher struct {
	server      *Server
	channel     string
	contentType string

	mu   sync.Mutex
	next int64
}

// LocalPublisher makes a publisher; it creates no channel.
func (s *Server) LocalPublisher(channel, contentType string) *LocalPublisher {
	return &LocalPublisher{server: s, channel: channel, contentType: contentType}
}

// Write stores one segment and returns when its source has ended.
func (p *LocalPublisher) Write(source io.Reader) error {
	found := p.server.lookUp(p.channel, p.contentType, p.server.config.Autocreate)
	if found == nil {
		return ErrUnknownChannel
	}
	written, err := p.open(found)
	if err != nil {
		return err
	}
	defer written.close()
	buffer := make([]byte, firstBuffer)
	begun := false
	for {
		n, err := source.Read(buffer)
		if n > 0 {
			if !begun {
				found.begun(written.number)
				begun = true
			}
			written.append(buffer[:n])
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (p *LocalPublisher) open(found *channel) (*segment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	written := found.openLocally(p.next)
	if written == nil {
		return nil, ErrExists
	}
	p.next++
	return written, nil
}

// LocalSegment is what a local read found.
type LocalSegment struct {
	Sequence    int64
	Latest      int64
	ContentType string
	Body        io.Reader // blocks until the next byte or the end
}

// ReadLocally opens a segment. It does not wait for the segment's first byte; its body does.
func (s *Server) ReadLocally(channel string, number int64) (*LocalSegment, error) {
	found := s.lookUp(channel, "", false)
	if found == nil {
		return nil, ErrUnknownChannel
	}
	admitted := found.openForRead(number)
	if admitted.segment == nil {
		return nil, ErrNoSegment
	}
	return &LocalSegment{
		Sequence:    admitted.number,
		Latest:      admitted.pointer,
		ContentType: found.contentType,
		Body:        &localBody{segment: admitted.segment},
	}, nil
}

type localBody struct {
	segment  *segment
	position int
}

func (b *localBody) Read(target []byte) (int, error) {
	for {
		data, ended, changed := b.segment.from(b.position)
		if len(data) > 0 {
			n := copy(target, data)
			b.position += n
			return n, nil
		}
		if ended {
			return 0, io.EOF
		}
		<-changed
	}
}
