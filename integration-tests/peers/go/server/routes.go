package server

import (
	"errors"
	"net/http"
	"strconv"
)

const (
	headerSequence = "Lp-Trickle-Seq"
	headerLatest   = "Lp-Trickle-Latest"
	headerClosed   = "Lp-Trickle-Closed"
	headerReset    = "Lp-Trickle-Reset"
	terminated     = "terminated"

	statusNoSegment = 470
)

func (s *Server) routes() {
	base := s.config.BasePath
	s.mux.HandleFunc("POST "+base+"{channel}", s.create)
	s.mux.HandleFunc("DELETE "+base+"{channel}", s.delete)
	s.mux.HandleFunc("GET "+base+"{channel}/next", s.next)
	s.mux.HandleFunc("GET "+base+"{channel}/{sequence}", s.read)
	s.mux.HandleFunc("POST "+base+"{channel}/{sequence}", s.publish)
	s.mux.HandleFunc("DELETE "+base+"{channel}/{sequence}", s.drop)
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("channel")
	if refusedBy(s.config.BeforeCreate, w, r, name) {
		return
	}
	if s.lookUp(name, r.Header.Get("Expect-Content"), s.config.Autocreate) == nil {
		notFound(w)
	}
}

func (s *Server) delete(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("channel")
	if refusedBy(s.config.BeforeDelete, w, r, name) {
		return
	}
	if !s.CloseChannel(name) {
		http.Error(w, "Invalid stream", http.StatusBadRequest)
	}
}

func (s *Server) next(w http.ResponseWriter, r *http.Request) {
	found := s.lookUp(r.PathValue("channel"), "", false)
	if found == nil {
		notFound(w)
		return
	}
	pointer, closed := found.state()
	w.Header().Set(headerLatest, decimal(pointer))
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if closed {
		w.Header().Set(headerClosed, terminated)
	}
	_, _ = w.Write([]byte(decimal(pointer)))
}

func (s *Server) drop(w http.ResponseWriter, r *http.Request) {
	found := s.lookUp(r.PathValue("channel"), "", false)
	if found == nil {
		notFound(w)
		return
	}
	number, ok := sequence(w, r)
	if !ok {
		return
	}
	if number < 0 {
		panic(http.ErrAbortHandler)
	}
	if !found.drop(number) {
		http.Error(w, "Nonexistent segment", http.StatusBadRequest)
	}
}

// sequence reads the number of the path, or answers that there is none.
func sequence(w http.ResponseWriter, r *http.Request) (int64, bool) {
	number, err := strconv.ParseInt(r.PathValue("sequence"), 10, 64)
	if err != nil {
		http.Error(w, "Invalid idx", http.StatusBadRequest)
	}
	return number, err == nil
}

func refusedBy(hook Hook, w http.ResponseWriter, r *http.Request, name string) bool {
	if hook == nil {
		return false
	}
	err := hook(r, name)
	if err == nil {
		return false
	}
	var policy *PolicyError
	if errors.As(err, &policy) {
		refuse(w, policy)
	} else {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
	return true
}

func refuse(w http.ResponseWriter, policy *PolicyError) {
	status := policy.Status
	if status < 400 || status > 499 {
		status = http.StatusBadRequest
	}
	text := policy.Message
	if text == "" && policy.Status != 0 {
		text = http.StatusText(policy.Status)
	}
	if text == "" {
		text = http.StatusText(status)
	}
	http.Error(w, text, status)
}

func notFound(w http.ResponseWriter) {
	http.Error(w, "Stream not found", http.StatusNotFound)
}

func decimal(number int64) string {
	return strconv.FormatInt(number, 10)
}
