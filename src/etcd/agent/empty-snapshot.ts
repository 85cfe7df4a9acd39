/** The snapshot of an etcd 3.4.23 that nobody has written to, packed: 3.4 to 3.6 restore it. `gunzip` shows the database. */
export const EMPTY_SNAPSHOT = [
  'H4sIAAAAAAACA+3aT2vTYBwH8KRr6x+G7uZRefAwpHT5nyYXBXcRdtDBFJE5YvJIq0+akaSDsXkYewUi6EVkh9122sGDjF08+RYUPEzBW1+BB03MY2wCmoI6',
  'h/t+Svrk1+d5+jxtT9+HCkKmztvhu8lhLb2ZyuqaUPSFa/D6BG8/HrzRre2lLQEAAAAAAAAAjhzxN/N/k7evn729JL33NvCNAgAAAAAAABw9tbw9nZ8HbCVX',
  'mu8v8PolPx+Y5fUwuU6N9DfFYn1ezP4XcJXXt5OniZF+Jhbff4OPf8VrOdnU2ZH+67Vs/bR2mBP6VR/GGcTdn48R8/v0jGMyuU7yOfN0pRf1gj7vFr+9FjAa',
  'jbPgQkTDyoEuG0QxDcfd3Bn+S/BpN5MVku2pba0tPaSrVYsx6kS0apBP/Xu/3HhxR+mVLtyhFpV0V1dkQzMszVsjPY/YsqSYhqGbpqZaqmKZuqaaLbJMabgw',
  'PxcR+w7pxvGyPTPDAtdh3SCKbUXtSGSxRfqOT4lNPHrfGbCYtIjLerQfl+bJitmWkoeczDMtmSw+4vtfCqkfrFCv+uPGTtUYAAAAAACA/9HEX8z/32ujlP+v',
  'lfL/XT7+Ma8/icX83zhG+T/zD8P9jUMI9wjtAAAAAAAAh66ex6h6nv+vCMX8fqt0HsBK/ZvCj7w+ZsD9M+m1MGzcMAkAAAAAAABw/Eh705vDJx/2Z/cuP5+e',
  'chufn148UHfo/nrn3O6L5oP1ry7XFScgUAAA',
].join('');
