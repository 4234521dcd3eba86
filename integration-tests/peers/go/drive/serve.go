package drive

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const localReadTimeout = 5 * time.Second

// Server is a trickle server with its in-process interface.
type Server interface {
	http.Handler
	CreateChannel(name, contentType string)
	Write(channel string, source io.Reader) error
	Read(channel string, number int64) (*LocalSegment, error)
	Stop()
}

// LocalSegment is a segment as a reader within the process sees it.
type LocalSegment struct {
	Body     io.Reader
	Metadata map[string]string
}

type localCommand struct {
	Op          string `json:"op"`
	Action      string `json:"action"`
	Channel     string `json:"channel"`
	ContentType string `json:"contentType"`
	Text        string `json:"text"`
	Sequence    int64  `json:"seq"`
}

type localResult struct {
	Result   string            `json:"result"`
	Text     string            `json:"text,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// serve reads a profile, serves on a free port, says which, and obeys local commands until standard input ends. It
// speaks HTTP/1.1 and HTTP/2, with TLS when it has a certificate, as the field's production servers do.
func serve(kit Kit, arguments []string) error {
	set := flag.NewFlagSet("serve", flag.ContinueOnError)
	certificate := set.String("certificate", "", "PEM file; TLS is used when it is given")
	key := set.String("key", "", "PEM file")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	commands := newLines()
	var profile Profile
	if err := commands.next(&profile); err != nil {
		return err
	}
	if reason := profile.Unsupported(); reason != "" {
		fmt.Println("unsupported", reason)
		return nil
	}
	server := kit.NewServer(profile)
	defer server.Stop()
	if err := listen(server, *certificate, *key); err != nil {
		return err
	}
	for {
		var command localCommand
		if err := commands.next(&command); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		commands.tell(obey(server, command))
	}
}

func listen(handler http.Handler, certificate, key string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Handler: handler, Protocols: protocols}
	fmt.Println("ready", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		if certificate == "" {
			err = server.Serve(listener)
		} else {
			err = server.ServeTLS(listener, certificate, key)
		}
		fmt.Fprintln(os.Stderr, "peer:", err)
	}()
	return nil
}

func obey(server Server, command localCommand) localResult {
	switch command.Action {
	case "createChannel":
		server.CreateChannel(command.Channel, command.ContentType)
		return localResult{Result: "ok"}
	case "write":
		return resultOf(server.Write(command.Channel, strings.NewReader(command.Text)))
	case "read":
		return readLocally(server, command)
	}
	return localResult{Result: fmt.Sprintf("error:unknown op %q action %q", command.Op, command.Action)}
}

func resultOf(err error) localResult {
	if err != nil {
		return localResult{Result: "error:" + err.Error()}
	}
	return localResult{Result: "ok"}
}

func readLocally(server Server, command localCommand) localResult {
	found, err := server.Read(command.Channel, command.Sequence)
	if err != nil {
		return resultOf(err)
	}
	done := make(chan localResult, 1)
	go func() {
		text, err := io.ReadAll(found.Body)
		result := resultOf(err)
		result.Text = string(text)
		result.Metadata = found.Metadata
		done <- result
	}()
	select {
	case result := <-done:
		return result
	case <-time.After(localReadTimeout):
		return localResult{Result: "error:the segment does not end"}
	}
}
