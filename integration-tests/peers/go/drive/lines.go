package drive

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

const longestLine = 1 << 20

// lines reads JSON lines from standard input and writes them to standard output.
type lines struct {
	in *bufio.Scanner

	mu  sync.Mutex
	out *json.Encoder
}

func newLines() *lines {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 0, 64<<10), longestLine)
	return &lines{in: in, out: json.NewEncoder(os.Stdout)}
}

// next decodes a line; [io.EOF] after the last.
func (l *lines) next(target any) error {
	if !l.in.Scan() {
		return errors.Join(l.in.Err(), io.EOF)
	}
	if err := json.Unmarshal(l.in.Bytes(), target); err != nil {
		return fmt.Errorf("line %q: %w", l.in.Text(), err)
	}
	return nil
}

func (l *lines) tell(event any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.out.Encode(event)
}
