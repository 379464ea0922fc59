// Asks all addresses at once, a goroutine for each, with net/http, and counts the models that they list.     ask URL ...
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

type listing struct {
	Data []struct {
		ID string `json:"id"`
	} `json:"data"`
}

func ask(base string, counts chan<- int) {
	request, err := http.NewRequest("GET", base+"/v1/models", nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	request.Header.Set("Authorization", "Bearer made-up")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer response.Body.Close()
	var list listing
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	counts <- len(list.Data)
}

func main() {
	bases, counts, total := os.Args[1:], make(chan int), 0
	for _, base := range bases {
		go ask(base, counts)
	}
	for range bases {
		total += <-counts
	}
	if total < 30*len(bases) {
		fmt.Fprintln(os.Stderr, total, "models")
		os.Exit(1)
	}
	fmt.Println(total)
}
