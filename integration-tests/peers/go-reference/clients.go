package main

import (
	"io"
	"net/http"
	"time"

	"github.com/livepeer/go-livepeer/trickle"

	"rill/peers/drive"
)

type publisher struct{ *trickle.TricklePublisher }

// newPublisher speaks what the package speaks: HTTP/1.1.
func newPublisher(target drive.Target) (drive.Publisher, error) {
	made, err := trickle.NewTricklePublisher(target.URL)
	return publisher{made}, err
}

func (p publisher) Next() (drive.Segment, error) {
	post, err := p.TricklePublisher.Next()
	return segment{post}, err
}

// segment is a pending post of the package, whose type has no name outside it.
type segment struct {
	post interface {
		Write(source io.Reader) (int64, error)
		Close() error
	}
}

func (s segment) Write(source io.Reader) (int64, error) {
	return s.post.Write(source)
}

func (s segment) Drop() error {
	return s.post.Close()
}

type subscriber struct{ *trickle.TrickleSubscriber }

// newSubscriber ignores the refresh interval: the package has one of its own, 20 s.
func newSubscriber(target drive.Target, start int64, _ time.Duration) (drive.Subscriber, error) {
	from := trickle.SequenceStart(start)
	made, err := trickle.NewTrickleSubscriber(trickle.TrickleSubscriberConfig{URL: target.URL, Start: &from})
	return subscriber{made}, err
}

func (s subscriber) Read() (*http.Response, error) {
	return s.TrickleSubscriber.Read()
}

func (s subscriber) SetSequence(number int64) {
	s.SetSeq(int(number))
}
