import { gunzipSync } from 'node:zlib';

/** Snapshots that etcd has made itself, and the revision that its own tools say they have. */
export interface Fixture {
  readonly what: string;
  readonly revision: bigint;
  readonly bytes: Buffer;
}

function unpacked(...lines: string[]): Buffer {
  return gunzipSync(Buffer.from(lines.join(''), 'base64'));
}

export const FIXTURES: readonly Fixture[] = [
  {
    what: 'etcd 3.4.23, five keys',
    revision: 6n,
    bytes: unpacked(
      'H4sIAAAAAAACA+3az2vTYBgH8Pxoq5tDI3gobuB4vYiWrfnRpq2XgR522GEU5hAZJbavtDRNZpMWZeyguzgQBK8eHMyjJ0GmIAj+BZ49+Q8UdvegSfO2JhFNRZExv58SkifP++Z9',
      '06aF56UcF0ix/eDTzEDwD6QgFrmor0yaxSdH/aold3ap9JEDAAAAAAAAgCOH/8P6/wTbP7x4+OXg1d0tvKMAAAAAAAAAR48w3k+P1wP2vM2v7+dZ/JqtD1xn8cDbpkL5DB+NL/DB',
      'usA1Ft/kg3WEUd7ko9d/wNq/ZbHsTepMKL8qBOP7sWEa3U7SzRg9t/nzNvz42F/jmOGCPzH4faq033JatsXS/PCcbVJnkgHXHNpNbFg3e45Lu5NO7jT7JFi3G94I3vTUBW0h36b3',
      'kwYzqeHQpEYd2rn9y4lHZ+Rv/sAlWqb5Qr2gyEWtWNYaW6TVIBU5r+jFYkHXNbWsKmW9oKl6jmxS2l2rrjikcos0XXezsrho2nXDbNqOW1HUUp5s5IhldCipkAa9Y/RMl+RI3WxR',
      'y431kxV9Ie+9ZK+fXpbJxjabf61LO3afNpJv1zWS2gAAAAAAABxH4j+s/0/xQbwuRK9vCtH6f06M1v9XxWD8ZdT/E9b/6fHxqredZVfy1WKxFYu3Y/HjWOxfvjY6mhbasiRkhXn+',
      'stCXR09UOK1IYlYcphV2MhVOq1IqmxqmVXYyHU5rUjqbHqY1djITThekTDYzTBew1PG7Sx0/3qv/LajbltPyHjXLrbWsBr3HmkzhhxIAAAAA4BhIjQuC1Lj+X+KCenxUf6/H1gPM',
      'WH6H+16vJxa4gb9Tr0WaTVoWAQAAAAAAAPx/ni+Tlx92MwdPdy7Nirsv2p+frcy92d9/9OTwyvl378/tfQO7i7KOIFAAAA==',
    ),
  },
  {
    what: 'etcd 3.5.35, five keys',
    revision: 6n,
    bytes: unpacked(
      'H4sIAAAAAAACA+3YT2jTUBwH8CZpazfH7DxIkYHjXQTZnyZpmrXiRcUhehiTKUNGie0rDUuT0WTFMQqKFxVv4t27Jw8evHoWPQrexYsFb+JJX5rfalOcnfiHKd/PyF5++eW9JC/N',
      '4fcSiUiS2u7bia4c7mSjWEnEfSEpisepXXh/7P7cq7nJBAAAAAAAAAAcONIv1v9j1L7MXLSPbp95ihkFAAAAAAAAOHjkfjveXw94LLawvp+h+BmtD5ynuEt1/24+LcXjE+LfIdGe',
      'o3hNitYRDktRfE2Oj+/I0fnPKZ4WJx8ZyJ9WouuHiwuWY7Waox7G2goae58j9ffDNY4JsWWozwpv277tuZSWesc8h/v7ueCqz1sjT6w6W37AW/u9uUl6E9TtqriCuD193pjPb/Dt',
      'vUdJ9feXxTZFI4UqQ7E7FHeG4gdDcTh8ZXdvXN5Qs3JOnpFOyW2VDiqDaS2r5JReWqODycG0nk3mkr20TgdTg+lCNpVL9dIFOpgeTBvZdC7dSxsOt3w+avKbvHnjh+8oPvnhFs7x',
      'Ii/xvFE1NLVYKJYKtR1m11hZzWtmsWiYZkEv6VrJNAq6Ocs2OW+trlz2Wfk6awTBZnlhwfGqltPw/KCs6Yt5tj7LXKvJWZnVeN3acgI2y6qOzd1gqJ+qmfN58aeKfmZJZesduv9K',
      'ize9Nq+NftzA2vucbwt7efqcd+d4nZ49QzGnzz+Mq55bvxJYAd9hbU/8IsMb/t5MiKcU34RXEe+lLZ61bjk+74jOvi1+x25Qsd0av0njj4lxmkP3DgAAAAAAf4CC+h/1P+p/1P+o',
      '/wEAAAAA/nvJv1j/9+t9KT7+bSle/6tyvP5fllH//1z9H0FR/O8WxUkUxQAAAAAA8JtNnTz7eSmlPOxeMI+/rtyqXuq8WZq+9+Tui7WPdz58evfoKyXIMBYgUAAA',
    ),
  },
  {
    what: 'etcd 3.6.14, a key that was written 150 times, in several pages',
    revision: 151n,
    bytes: unpacked(
      'H4sIAAAAAAACA+3cCWyT5x3Hcb+5CFcId7j/MXcIIXdIuMIN4U7CDQkmcQ5wDmIn3DeEG8IVOlRNaGJbVU1onbqJTVs1oarqJrRNXVdNVVV11dRN1ZjQVu2gU5lNnsfF38GoNqol',
      '0/+HUPLxz3byJvbr532eN3a5OhJjPt57t9e9qNAniR3u6YrMQ5Nersj+4S8Pr3ulLDDUpdFoNBqNRqPRaDQajabTxfkvj/97mI/vn7q07KVruz/Vn6hGo9FoNBqNRqPRaDSdL1Hh',
      'j7PCl92Pdrn6Bj92N34Ax8REOgFOgt1wKpwLF8JFcClcBtfATfA+uBVug6/DN+Fb8G34DnwXfgf+AP4Y/gT+DI6PjXQ/eDg8Dk6HC+B58HJ4HbwV9sEtxnYu6bCxnXs6B38F/jr8',
      'Cvwj+Cfwr+DfwPfgv8OxcZHuC4+AJ8I58Gx4Gbwe9sI74P3wKTh0l+X2sx7O9sSopPWyzngDmg2y3ngjmo2ywXgTmk2y0Xgzms2yyT6J0ZTJZuNyNOVSZrwFzRaxF3jQeGSLfTCi',
      '2Soe4wo0FbLVuBJNpVTYHz0ar1QaV6GpEq9xNZpqqbI7LjQ1Um1ci6ZWaoy3odkmtcbb0WyXbfYJiMYn243r0NSJz7geTb3UGTegaZB640Y0jdJgH6Jodkij3VmjaZIdxn40fmky',
      'DqAJiN+4GU2zBOxOB02LNBvvRLNTWox3odklO413o9ktu4z3oNkju433otkre+wLFJp9stc+ldHsl33GB9AckP3GB9EclAPGh9AccuSg3QejOuzIIbtWcATdEUcO2+4ouqOOHLHd',
      'MXTHHDlqu+PojjtyzHat6FodOW67E+hOONJqu5PoTjpywnan0J1y5KTtTqM77cgp251Bd8aR07Y7i+6sI2dsdw7dOUfO2u48uvOOnLPdBXQXHDlvuzZ0bY5csN1FdBcdabPdJXSX',
      'HLlou8voLjtyyXZX0F1x5LLtrqK76sgV27Wja3fkqu2uobvmSLujw3KNRqP50hMdPv5fG76sEcdne+Bj8Hn4Bfhr8Lfg78E/hn8Kvw2/D/8e/hP8DzguLtKJ8FB4DJwGT4XnwEvh',
      'NfAWeBscgA/AJ+FL8IvwN+Bvwz+AX4d/Bv8a/hD+A/wX2NUt0j3gAfBIeAKcCU+HF8Ar4Q1wJVwP74KPwGfhdvgG/DL8Kvwa/Cb8Fvwe/BF8H34Ax8Rj/g9Ogt1wKpwLF8JFcClc',
      'BtfATfA+uBVug6/DN+Fb8G34DnwXDu1+MQyOEjsIjkYTLXbKNgZNjNideSyaWLGnd8WhiZNY+5xD003i7HQimnjpZtwdTXeJt0bTQ+zG9kTTU+y0Xy80vcROUPVG01vs6WcJaBKk',
      't3EfNH0kwe7e0SRKHztxh6avJNopVDT9pK9xfzT9pZ/dTaEZIP2NB6IZKAOMB6EZJAONB6MZLIPs0w1Nkgw2HoJmiCTZlzQ0Q2WI8TA0w8T+Td9wNMNlmJ3gRDNChttdM5qRMsJ4',
      'FJpRMtJY0IiMMk5GkyxidzFo3JJsPBrNaHHbl3E0Y2S08Vg0Y2WMnSpHM07GGo9HM17G2ZcjNBNkvJ0IRjNRJhinoEmRicaT0EySFLtbRZMqk4wno5ksqXbogiZNJhtPQTNF0uzy',
      'AJp0mWKcgSZD0u1LMJpMyTDOQpMlmcbZaLIly06Yo8mRbPtSgiZXcozz0ORJrh2uoZkqecb5aPJlql0SQVMg+cbT0EyTAjvsQDNdphnPQDNDphvPRDNTZhjPQjNLZtqXTzSFYpf2',
      'ZqOZLYV2iIpmjsw2notmrsyxy0Bo5slc4/lo5ss8O9RCs0DmGy9Es1AWGC9Cs0gWGi9Gs1gW2SEDmiJZbLwEzRIpssNyNEtliV2AQbNMltqlLzTLZZnxCjQrZLkdXqJZKSuMV6FZ',
      'JSuNi9EUyyrjEjQlUmyHSWhKpcR4NZrVUmoPRdCskdXGa9GslTV2uQ/NOlmrx9VdJTHh4/+OYVho2HkjNIQMvRAbf9dcb57xPTN2tX2cE+lRzqNDONdc4/VOxzxDe1SHP4yOvP+/',
      'Rndc//vG3wx+sT6P9W/EdHz9t0MLez5PU93TNsaOjD3NgZqnX+fz6eXQ6C40kow3tyn2ttT6axvs8pXz6LIGn9f/Rb7gar+36ZlXrPA1+wPepi/6zSWY34S52ZrgVwh+e1lpuWnp',
      '2727n34vfcKf33fhWA6OcXAsByfBbjgVzoUL4SK4FC6Da+AmeJ+jx1Kd61jK5/X4vc96HtR567b+26dL5PMg9D/0cJ/qzfem51TkZGbkZufmZ1fudddWugsy0jPzcnNz8vKys/Kz',
      'MvPzcrKz8lLdjV5v0+ripX53wUZ3TSDQWDBliq+hwuOrafAHCjKzpqa7N6e66z11XneBu9Jb5Wn2Bdyp7gpfrbc+gNtlZOalpQf/ZQRvl5ef4d6833z/5U3euoYWb+WzNzfgefp1',
      'YsKfF5pHsh3O1plttw+F5sf2CY9mmsyeOdRXNNRXlQQ8Ae9ed0tDcGcR2oAn/WSCWx3cXTWUB39PLcFtr/L4/N79wRv7a4O7mPpAeW19pdcuXvf3BxqaPNXex3c8wbuuw+ZpNBqN',
      'RqPRaLpMYsNDufzwZW043/86fBO+Bd+G78B34XfgD+CP4U/gz+B4nA/fDx4Oj4PT4QJ4HrwcXgdvhX1wC3wIPg1fgb8KvwR/B/4h/Ab8C/hd+LfwH+G/wVE436IXPAgWOAXOhmfC',
      'i+BieBNcBXe28190TuN/PadhrOvDuj4ciq4P6/pwKP/J+rBGo9FoNJ0gceHj/y9//T/ReJMTef87nMj1/+SoyPX/wihd/3/S+n8sbq0rr0/a3K658jpDV141Go1Go9FoNBrNc063',
      '8AHF2PBlK6Pw989wJVwP74KPwGfhdvgG/DL8Kvwa/Cb8Fvwe/BF8H34Ax+B8gwQ4CXbDqXAuXAgXwaVwGVwDN8H74Fb4eZ//4dL3l3s096PvL6fvL+fqqu8vp9FoNBqNRqP5v4hd',
      '33TMkqK4Oo7d7KnCycbdIm/2+fnI/3KAp9FoNBqNRqPRaDQajaazJfw32nr+f5c7/z8et9bz/5+0uV3z/P9Dev6/RqPRaDQajUajec6xb671rPV/HHDo+r9Go9FoNBqNRqPRaDRd',
      'KPYttHX9v+ut//fArXX9/0mb2zXX/6/r+r9Go9FoNBqNRqN5zhn4esmM1pLxn67684ib0e3JL6b8/F7f4sKUh9VLR1VX/67l2j8B7thh2iDAAAA=',
    ),
  },
];
