package serving

import (
	"strings"
	"testing"
	"time"
)

func TestSettingsErrorsNameTheVariable(t *testing.T) {
	type config struct {
		Serving Config
		Deep    struct {
			Own struct {
				Count int `env:"COUNT, default=1"`
			}
		}
		Interval time.Duration `env:"INTERVAL, default=5s"`
	}
	for variable, value := range map[string]string{"PORT": "x", "LOG_LEVEL": "loud", "COUNT": "many", "INTERVAL": "soon"} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, value)
			err := readSettings(t.Context(), new(config))
			if err == nil || !strings.HasPrefix(err.Error(), variable+": ") {
				t.Errorf("error is %v", err)
			}
		})
	}
	good := new(config)
	if err := readSettings(t.Context(), good); err != nil || good.Serving.Port != 8080 || good.Interval != 5*time.Second {
		t.Errorf("settings are %+v, %v", good, err)
	}
}
