package server

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T, config Config) (*Server, string) {
	t.Helper()
	server := New(config)
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	t.Cleanup(server.Stop)
	return server, listening.URL
}

func send(t *testing.T, method, url, body string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestMovesThePointerBackAsTheFieldDoes(t *testing.T) {
	_, url := start(t, Config{Autocreate: true})
	for _, number := range []string{"0", "1", "2", "1"} {
		send(t, http.MethodPost, url+"/ch/"+number, "x")
	}
	if _, next := send(t, http.MethodGet, url+"/ch/next", ""); next != "2" {
		t.Fatalf("pointer after 0, 1, 2, 1 is %s, expected 2", next)
	}
}

func TestParksAReaderUntilTheFirstByte(t *testing.T) {
	_, url := start(t, Config{Autocreate: true})
	send(t, http.MethodPost, url+"/ch", "")
	got := make(chan string, 1)
	go func() {
		response, err := http.Get(url + "/ch/0")
		if err != nil {
			got <- err.Error()
			return
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		got <- response.Header.Get(headerSequence) + " " + string(text)
	}()
	select {
	case early := <-got:
		t.Fatalf("answered before there was a byte: %s", early)
	case <-time.After(100 * time.Millisecond):
	}
	send(t, http.MethodPost, url+"/ch/0", "hello")
	if text := <-got; text != "0 hello" {
		t.Fatalf("got %q", text)
	}
}

func TestReleasesParkedPartiesWithTheMarker(t *testing.T) {
	_, url := start(t, Config{Autocreate: true})
	send(t, http.MethodPost, url+"/ch", "")
	source, sink := io.Pipe()
	defer sink.Close()
	marker := make(chan string, 1)
	go func() {
		response, err := http.Post(url+"/ch/0", "text/plain", source)
		if err != nil {
			marker <- err.Error()
			return
		}
		response.Body.Close()
		marker <- response.Header.Get(headerClosed)
	}()
	time.Sleep(50 * time.Millisecond)
	send(t, http.MethodDelete, url+"/ch", "")
	if text := <-marker; text != terminated {
		t.Fatalf("the parked POST got %q", text)
	}
}

func TestSweepsIdleChannelsAndTellsTheChangefeed(t *testing.T) {
	server, url := start(t, Config{
		Autocreate: true, Changefeed: true,
		IdleTimeout: 50 * time.Millisecond, SweepInterval: 10 * time.Millisecond,
	})
	server.CreateChannel("ch", "text/plain")
	_, added := send(t, http.MethodGet, url+"/_changes/1", "")
	_, removed := send(t, http.MethodGet, url+"/_changes/2", "")
	if added != `{"added":["ch"]}` || removed != `{"removed":["ch"]}` {
		t.Fatalf("changefeed says %s, %s", added, removed)
	}
}

func TestRefusesLocalWritesAndReadsByName(t *testing.T) {
	server, _ := start(t, Config{})
	if err := server.LocalPublisher("ch", "").Write(strings.NewReader("x")); !errors.Is(err, ErrUnknownChannel) {
		t.Fatalf("write to an unknown channel: %v", err)
	}
	server.CreateChannel("ch", "text/plain")
	if _, err := server.ReadLocally("ch", 9); !errors.Is(err, ErrNoSegment) {
		t.Fatalf("read of an absent segment: %v", err)
	}
}
