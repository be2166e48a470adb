// Package greet stands for a module that the program needs.
package greet

import "fmt"

// Hello is what the program answers.
func Hello(text string, uid int) string {
	return fmt.Sprintf("%s from go as %d", text, uid)
}
