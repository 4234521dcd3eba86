package server

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	provisionalInterval = 10 * time.Second
	linger              = 500 * time.Millisecond

	firstBuffer   = 32 << 10
	largestBuffer = 1 << 20
)

// publish takes the body of a POST as one segment.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) {
	found := s.lookUp(r.PathValue("channel"), r.Header.Get("Content-Type"), s.config.Autocreate)
	if found == nil {
		w.Header().Set("Connection", "close")
		notFound(w)
		lingerAfter(w)
		return
	}
	number, ok := sequence(w, r)
	if !ok {
		return
	}
	if number < Next {
		panic(http.ErrAbortHandler)
	}
	written, closed := found.openForWrite(number, r.Header.Get(headerReset) != "")
	upload := upload{channel: found, segment: written, w: w, body: r.Body}
	if closed {
		upload.release()
		return
	}
	upload.run()
}

// upload is one body on its way into one segment.
type upload struct {
	channel *channel
	segment *segment
	w       http.ResponseWriter
	body    io.Reader
}

type piece struct {
	data []byte
	err  error
}

func (u upload) run() {
	first, released := u.awaitFirst()
	switch {
	case released:
		u.release()
	case len(first.data) > 0:
		u.store(first)
	case errors.Is(first.err, io.EOF):
		u.channel.begun(u.segment.number)
		u.segment.close()
		u.release()
	default:
		u.fail()
	}
}

// awaitFirst waits for the first bytes, for the end of the body, or for someone to close the segment.
func (u upload) awaitFirst() (first piece, released bool) {
	arrived := make(chan piece, 1)
	go func() { arrived <- u.next(make([]byte, firstBuffer)) }()
	ticker := time.NewTicker(provisionalInterval)
	defer ticker.Stop()
	for {
		select {
		case first = <-arrived:
			return first, u.segment.isClosed()
		case <-u.segment.ended:
			return first, true
		case <-ticker.C:
			u.w.WriteHeader(http.StatusContinue)
		}
	}
}

// next reads until there is a byte or an end.
func (u upload) next(buffer []byte) piece {
	for {
		n, err := u.body.Read(buffer)
		if n > 0 || err != nil {
			return piece{data: buffer[:n], err: err}
		}
	}
}

// store appends everything that comes. The pointer moves before the first byte can be seen.
func (u upload) store(arrived piece) {
	u.channel.begun(u.segment.number)
	buffer := arrived.data[:cap(arrived.data)]
	for {
		u.segment.append(arrived.data)
		if arrived.err != nil {
			break
		}
		if len(arrived.data) == len(buffer) && len(buffer) < largestBuffer {
			buffer = make([]byte, 2*len(buffer))
		}
		arrived = u.next(buffer)
	}
	if !errors.Is(arrived.err, io.EOF) {
		u.fail()
		return
	}
	u.segment.close()
	u.w.Header().Set(headerSequence, decimal(u.segment.number))
}

// release answers a POST that stored nothing, without waiting for the end of its body.
func (u upload) release() {
	if !u.segment.isFresh() {
		u.channel.begun(u.segment.number)
	}
	header := u.w.Header()
	header.Set("Connection", "close")
	header.Set("Content-Length", "0")
	header.Set(headerSequence, decimal(u.segment.number))
	if _, closed := u.channel.state(); closed {
		header.Set(headerClosed, terminated)
	}
	u.w.WriteHeader(http.StatusOK)
	lingerAfter(u.w)
}

// fail tells a client that may still listen that its body broke off. The segment stays open.
func (u upload) fail() {
	u.w.Header().Set("Connection", "close")
	http.Error(u.w, "Server error", http.StatusInternalServerError)
}

// lingerAfter sends the answer now and gives the client a moment to read it before its body is cut off.
func lingerAfter(w http.ResponseWriter) {
	controller := http.NewResponseController(w)
	_ = controller.Flush()
	_ = controller.SetReadDeadline(time.Now().Add(linger))
}
