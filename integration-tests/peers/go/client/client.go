// Package client is a trickle publisher and subscriber on Go's HTTP client in the request pattern of the Go clients in
// the field: heads that go out at once, the next segment always preconnected, keep-alive connections.
package client

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

var (
	// ErrUnknownChannel says that the peer does not know the channel.
	ErrUnknownChannel = errors.New("stream not found")
	// ErrEndOfStream says that the channel was closed.
	ErrEndOfStream = errors.New("end of stream")
)

// NoSegment says that the channel is there and the segment is not.
type NoSegment struct {
	Sequence int64
	Latest   int64
}

func (e *NoSegment) Error() string {
	return fmt.Sprintf("no segment %d, latest is %d", e.Sequence, e.Latest)
}

const (
	headerSequence = "Lp-Trickle-Seq"
	headerLatest   = "Lp-Trickle-Latest"
	headerClosed   = "Lp-Trickle-Closed"

	statusNoSegment = 470
	idleTimeout     = time.Minute
)

// newHTTPClient makes a client with connections of its own. It verifies no certificates: tests sign their own. HTTP/2 is
// agreed on under TLS and spoken by prior knowledge without.
func newHTTPClient(http2 bool) *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!http2)
	protocols.SetHTTP2(http2)
	protocols.SetUnencryptedHTTP2(http2)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		IdleConnTimeout: idleTimeout,
		Protocols:       protocols,
	}}
}

// remove sends a DELETE on a fresh connection.
func remove(url string, http2 bool) error {
	request, err := http.NewRequest(http.MethodDelete, url, nil)
	if err != nil {
		return err
	}
	client := newHTTPClient(http2)
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("DELETE %s: status %d: %s", url, response.StatusCode, text)
	}
	return err
}

func number(response *http.Response, header string, otherwise int64) int64 {
	value, err := strconv.ParseInt(response.Header.Get(header), 10, 64)
	if err != nil {
		return otherwise
	}
	return value
}

func isEndOfStream(response *http.Response) bool {
	return response.Header.Get(headerClosed) != ""
}
