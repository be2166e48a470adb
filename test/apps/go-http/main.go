package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"example.com/greet"
)

func main() {
	text, err := os.ReadFile("static/text.txt")
	if err != nil {
		log.Fatal(err)
	}
	answer := greet.Hello(strings.TrimSpace(string(text)), os.Getuid())
	server := &http.Server{Addr: ":" + os.Getenv("PORT"), Handler: http.HandlerFunc(
		func(writer http.ResponseWriter, request *http.Request) {
			if request.URL.Path == "/slow" {
				time.Sleep(time.Second)
			}
			_, _ = writer.Write([]byte(answer))
		})}
	go endOnSignal(server)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-drained
}

var drained = make(chan struct{})

func endOnSignal(server *http.Server) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	<-signals
	_ = server.Shutdown(context.Background())
	log.Print("drained")
	close(drained)
}
