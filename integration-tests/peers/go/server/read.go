package server

import (
	"net/http"
)

// read answers a GET of a segment: at once, when its first byte exists, or when it is closed without one.
func (s *Server) read(w http.ResponseWriter, r *http.Request) {
	found := s.lookUp(r.PathValue("channel"), "", false)
	if found == nil {
		notFound(w)
		return
	}
	requested, ok := sequence(w, r)
	if !ok {
		return
	}
	if requested < Current {
		panic(http.ErrAbortHandler)
	}
	admitted := found.openForRead(requested)
	if admitted.segment == nil {
		refuseRead(w, requested, admitted)
		return
	}
	delivery{channel: found, admission: admitted, w: w}.run(r.Context().Done())
}

func refuseRead(w http.ResponseWriter, requested int64, admitted admission) {
	w.Header().Set(headerLatest, decimal(admitted.pointer))
	w.Header().Set(headerSequence, decimal(requested))
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if admitted.closed {
		w.Header().Set(headerClosed, terminated)
	} else {
		w.WriteHeader(statusNoSegment)
	}
	_, _ = w.Write([]byte("Entry not found"))
}

// delivery is one segment on its way to one reader.
type delivery struct {
	channel   *channel
	admission admission
	w         http.ResponseWriter
}

func (d delivery) run(gone <-chan struct{}) {
	position := 0
	for {
		data, ended, changed := d.admission.segment.from(position)
		if len(data) > 0 {
			if position == 0 {
				d.head()
			}
			if !d.send(data) {
				return
			}
			position += len(data)
			continue
		}
		if ended {
			d.endAt(position)
			return
		}
		select {
		case <-changed:
		case <-gone:
			return
		}
	}
}

func (d delivery) head() {
	header := d.w.Header()
	header.Set(headerSequence, decimal(d.admission.number))
	if d.admission.number != d.admission.pointer {
		header.Set(headerLatest, decimal(d.admission.pointer))
	}
	header.Set("Content-Type", d.channel.contentType)
}

func (d delivery) send(data []byte) bool {
	if _, err := d.w.Write(data); err != nil {
		return false
	}
	return http.NewResponseController(d.w).Flush() == nil
}

func (d delivery) endAt(position int) {
	if position > 0 {
		return
	}
	pointer, closed := d.channel.state()
	d.w.Header().Set(headerSequence, decimal(d.admission.number))
	d.w.Header().Set(headerLatest, decimal(pointer))
	if closed {
		d.w.Header().Set(headerClosed, terminated)
	}
}
