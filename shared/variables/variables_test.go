package variables_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"segue.dev/shared/serving"
	"segue.dev/shared/variables"
)

func TestErrorsNameTheVariable(t *testing.T) {
	type config struct {
		Serving serving.Config
		Deep    struct {
			Own struct {
				Count int `env:"COUNT" envDefault:"1"`
			}
		}
		Interval time.Duration `env:"INTERVAL,notEmpty" envDefault:"5s"`
	}
	for name, value := range map[string]string{"PORT": "x", "LOG_LEVEL": "loud", "COUNT": "many", "INTERVAL": "soon"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			err := variables.Read(new(config), os.Environ())
			if err == nil || !strings.HasPrefix(err.Error(), name+": ") {
				t.Errorf("error is %v", err)
			}
		})
	}
	t.Setenv("PORT", "x")
	t.Setenv("COUNT", "many")
	if err := variables.Read(new(config), os.Environ()); err == nil || !strings.Contains(err.Error(), "PORT: ") || !strings.Contains(err.Error(), "COUNT: ") {
		t.Errorf("error of two is %v", err)
	}
	t.Setenv("PORT", "") // as good as not set
	t.Setenv("COUNT", "")
	good := new(config)
	if err := variables.Read(good, os.Environ()); err != nil || good.Serving.Port != 8080 || good.Deep.Own.Count != 1 || good.Interval != 5*time.Second {
		t.Errorf("settings are %+v, %v", good, err)
	}
}
