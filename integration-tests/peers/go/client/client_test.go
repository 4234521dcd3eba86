package client

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rill/peers/server"
)

func start(t *testing.T, config server.Config) (*server.Server, string) {
	t.Helper()
	made := server.New(config)
	listening := httptest.NewServer(made)
	t.Cleanup(listening.Close)
	t.Cleanup(made.Stop)
	return made, listening.URL + "/ch"
}

func write(t *testing.T, publisher *Publisher, text string) error {
	t.Helper()
	segment, err := publisher.Next()
	if err != nil {
		t.Fatal(err)
	}
	_, err = segment.Write(strings.NewReader(text))
	return err
}

func read(t *testing.T, subscriber *Subscriber) string {
	t.Helper()
	response, err := subscriber.Read()
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDeliversSegmentsAndTheEnd(t *testing.T) {
	_, url := start(t, server.Config{Autocreate: true})
	publisher, err := NewPublisher(url, false)
	if err != nil {
		t.Fatal(err)
	}
	subscriber := NewSubscriber(Config{URL: url, Start: Current})
	for _, text := range []string{"zero", "", "two"} {
		if err := write(t, publisher, text); err != nil {
			t.Fatal(err)
		}
		if got := read(t, subscriber); got != text {
			t.Fatalf("read %q, expected %q", got, text)
		}
	}
	if err := publisher.Close(); err != nil {
		t.Fatal(err)
	}
	// The request for the next segment may come before the close or after it.
	if _, err := subscriber.Read(); !errors.Is(err, ErrEndOfStream) && !errors.Is(err, ErrUnknownChannel) {
		t.Fatalf("after the close: %v", err)
	}
}

func TestLearnsThatTheChannelIsUnknown(t *testing.T) {
	_, url := start(t, server.Config{})
	publisher, err := NewPublisher(url, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(t, publisher, "x"); !errors.Is(err, ErrUnknownChannel) {
		t.Fatalf("publisher: %v", err)
	}
	if _, err := NewSubscriber(Config{URL: url}).Read(); !errors.Is(err, ErrUnknownChannel) {
		t.Fatalf("subscriber: %v", err)
	}
}

func TestTellsWhereTheChannelIsAfterARefusal(t *testing.T) {
	made, url := start(t, server.Config{})
	made.CreateChannel("ch", "text/plain")
	_, err := NewSubscriber(Config{URL: url, Start: 7}).Read()
	var absent *NoSegment
	if !errors.As(err, &absent) || absent.Sequence != 7 || absent.Latest != 0 {
		t.Fatalf("got %v", err)
	}
}

func TestSendsAParkedRequestAnew(t *testing.T) {
	requests := make(chan string, 16)
	listening := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		requests <- r.URL.Path
		<-r.Context().Done()
	}))
	defer listening.Close()
	subscriber := NewSubscriber(Config{URL: listening.URL + "/ch", Start: 3, Refresh: 20 * time.Millisecond})
	go func() { _, _ = subscriber.Read() }()
	for range 3 {
		if path := <-requests; path != "/ch/3" {
			t.Fatalf("requested %s", path)
		}
	}
	listening.CloseClientConnections()
}
