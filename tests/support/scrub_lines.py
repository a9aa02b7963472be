"""Lines of logs whose values scrub must find, and such as it must leave alone."""

from collections.abc import Iterator

from scrub_matrix import GONE, LEFT, REFUSED, STRETCHED
from scrub_samples import IMSI

from wwanreplay.analysis.scrub.logs import scrub_log_bytes
from wwanreplay.errors import WwanReplayError

# What of each line may not stay.
_A, _P, _U, _W, _I, _T = "corp.example", "9374", "alice.doe", "s3cret.x", IMSI, "+4917612345678"

LINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("imei: 49 015420 323751 8", ("49 015420", "323751")),
    ("IMEI: 49-015420-323751-8", ("015420-323751",)),
    ("msisdn: +49 176 12345678", ("12345678",)),
    ("own number: +49 (176) 1234-5678", ("1234-5678",)),
    ("called +49 176 12345678 today", ("12345678",)),
    ("dialled +49-176-1234567", ("1234567",)),
    ("IMSI 262 01 1234567890 and imsi: 262-01-1234567890", ("01-1234567890",)),
    ("iccid = 8949 0200 0012 3456 7895", ("0012 3456",)),
    ('AT+CPIN="9374"', (_P,)),
    ("AT+CPIN=9374", (_P,)),
    ('AT+CPIN="83746251","9374"', ("83746251", _P)),
    ('AT+CLCK="SC",1,"9374"', (_P,)),
    ('AT+CPWD="SC","9374","2846"', (_P, "2846")),
    ('AT+CGDCONT=1,"IP","corp.example"', (_A,)),
    ('+CGDCONT: 1,"IP","corp.example","100.99.17.203",0,0', (_A, "100.99.17.203")),
    ('AT+CGAUTH=1,1,"alice.doe","s3cret.x"', (_U, _W)),
    ('AT$QCPDPP=1,1,"s3cret.x","alice.doe"', (_U, _W)),
    ('AT^AUTHDATA=1,1,"corp.example","s3cret.x","alice.doe"', (_A, _U, _W)),
    ('AT+QICSGP=1,1,"corp.example","alice.doe","s3cret.x",1', (_A, _U, _W)),
    ('+CRSM: 144,0,"082926101132547698"', ("1132547698",)),
    ('+CRSM: 144,0,"98942000102143658759"', ("2143658759",)),
    ("AT+CIMI\r\n262011234567890\r\nOK", (_I,)),
    ('AT+CMGS="+4917612345678"\n> see you at noon', (_T, "see you at noon")),
    ("AT+CMGS=33\n> 07919471060040341100", ("07919471060040341100",)),
    ('+CMGL: 1,"REC READ","+4917612345678",,"24/01/10,10:00:00+04"\nsee you at noon', (_T, "noon")),
    ('+CMGR: "REC READ","+4917612345678",,"24/01/10,10:00:00+04"\nsee you at noon', (_T, "noon")),
    ('+CMT: "+4917612345678",,"24/01/10,10:00:00+04"\nsee you at noon', (_T, "noon")),
    ('AT+CUSD=1,"*100*83746251#",15', ("83746251",)),
    ('+CUSD: 0,"Your balance is 12.34 EUR",15', ("balance",)),
    ('+CNUM: "Alice","+4917612345678",145', (_T, "Alice")),
    ('+CLIP: "017612345678",129', ("017612345678",)),
    ('+CSCA: "+491760000443",145', ("+491760000443",)),
    ("ATD017612345678;", ("017612345678",)),
    ('+CPBR: 1,"017612345678",129,"Mum"', ("017612345678", "Mum")),
    ('+CREG: 2,1,"1A2B","01C3D4E5",7', ("1A2B", "01C3D4E5")),
    ('+CEREG: 5,"4C2B","01C3D4E6",7', ("01C3D4E6",)),
    (
        "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47",
        ("4807.038", "01131.000"),
    ),
    ("$GNRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A", ("4807.038",)),
    ("+CGPSINFO: 4807.038,N,01131.000,E,230394,123519.0,545.4,0,0", ("4807.038", "01131.000")),
    ("latitude: 48.117300, longitude: 11.516667", ("48.117300", "11.516667")),
    ("$ mbimcli -d /dev/cdc-wdm0 --enter-pin=PIN1,9374", (_P,)),
    ("$ mbimcli --enter-pin=9374", (_P,)),
    ("$ mbimcli --change-pin=9374,2846", (_P, "2846")),
    ("$ mbimcli --disable-pin=PIN1,9374", (_P,)),
    (
        "$ mbimcli --connect=\"apn='corp.example',username='alice.doe',password='s3cret.x'\"",
        (_A, _U, _W),
    ),
    (
        "$ mbimcli --connect=session-id=0,apn=corp.example,username=alice.doe,password=s3cret.x",
        (_A, _U, _W),
    ),
    ("# umbim -v -d /dev/cdc-wdm0 unlock 9374", (_P,)),
    ("# umbim -d /dev/cdc-wdm0 connect ipv4:corp.example pap alice.doe s3cret.x", (_A, _U, _W)),
    ("# uqmi -d /dev/cdc-wdm0 --verify-pin1 9374", (_P,)),
    ("# uqmi --start-network corp.example --username alice.doe --password s3cret.x", (_A, _U, _W)),
    ("$ qmicli --dms-uim-verify-pin=PIN,9374", (_P,)),
    (
        "$ qmicli --start-network=\"apn='corp.example',username='alice.doe',password='s3cret.x'\"",
        (_A, _U, _W),
    ),
    ("$ mmcli -i 0 --pin=9374", (_P,)),
    ("$ mmcli -i 0 --pin=2846 --puk=83746251", ("2846", "83746251")),
    (
        '$ mmcli --simple-connect="apn=corp.example,pin=9374,user=alice.doe,password=s3cret.x"',
        (_A, _P, _U, _W),
    ),
    (
        "$ nmcli c add type gsm apn corp.example user alice.doe gsm.pin 9374 gsm.password s3cret.x",
        (_A, _U, _P, _W),
    ),
    ("gsm.apn:                                corp.example", (_A,)),
    ('pppd call x user "alice.doe" password "s3cret.x"', (_U, _W)),
    ('sent [PAP AuthReq id=0x1 user="alice.doe" password="s3cret.x"]', (_U, _W)),
    ('rcvd [CHAP Response id=0x1 <3a>, name = "alice.doe"]', (_U,)),
    ("\toption apn 'corp.example'", (_A,)),
    ("\toption pincode '9374'", (_P,)),
    ("\toption username 'alice.doe'", (_U,)),
    ("\toption password 's3cret.x'", (_W,)),
    ('{"imsi":"262011234567890","pin":"9374","apn":"corp.example"}', (_I, _P, _A)),
    (
        '"{\\"imsi\\":\\"262011234567890\\",\\"pin\\":\\"9374\\",\\"apn\\":\\"corp.example\\"}"',
        (_I, _P, _A),
    ),
    ("GET /x?imsi=262011234567890&pin=9374&apn=corp.example HTTP/1.1", (_I, _P, _A)),
    ("u=imsi%3D262011234567890%26pin%3D9374%26apn%3Dcorp.example", (_I, _P, _A)),
    ("<imsi>262011234567890</imsi><pin>9374</pin><apn>corp.example</apn>", (_I, _P, _A)),
    ("IMSI=3D262011234567890 PIN=3D9374", (_I, _P)),
    ("Jan  5 10:00:00 alices-laptop ModemManager[1]: x", ("alices",)),
    ("2024-01-05T10:00:00.1+01:00 alices-laptop kernel: x", ("alices",)),
    ("<30>1 2024-01-05T10:00:00Z alices-laptop mm 1 - - x", ("alices",)),
    ("Linux alices-laptop 5.10.0-1-amd64 #1 SMP", ("alices",)),
    ("_HOSTNAME=alices-laptop", ("alices",)),
    ("alice.doe@alices-laptop:~$ ls", ("alice",)),
    ("open /home/alice.doe/log", (_U,)),
    ("open /Users/alice.doe/log", (_U,)),
    ("open C:\\Users\\alice.doe\\log", (_U,)),
    ("sent pin 9374 to the card", (_P,)),
    ("PIN code is 9374", (_P,)),
    ("with PUK 83746251 and new pin 9374", ("83746251", _P)),
    ("the password is s3cret.x", (_W,)),
    ("0262011234567890@nai.epc.mnc001.mcc262.3gppnetwork.org", (_I,)),
    ("mail to alice.doe@corp.example", (_U,)),
    ("# quectel-CM -s corp.example alice.doe s3cret.x 2 -p 9374", (_A, _U, _W, _P)),
    ("[11-26_10:00:00] ./quectel-CM -4 -s corp.example -p 9374", (_A, _P)),
    ("APN_USER=alice.doe\nAPN_PASS=s3cret.x", (_U, _W)),
    ('VPN_PASSWORD="s3cret.x"', (_W,)),
    ("<debug> [1.1]    User: alice.doe", (_U,)),
    ("$ nmcli c add type gsm apn corp.example user alice.doe password s3cret.x", (_A, _U, _W)),
    ("  Numbers  |               own: 4917612345678", ("4917612345678",)),
    ('AT^AUTHDATA=1,1,"","s3cret.x","alice.doe"', (_U, _W)),
    ('AT+CGAUTH=1,1,"","s3cret.x"', (_W,)),
    ("AT^SPIN=9374", (_P,)),
    (
        "{'pin': <'9374'>, 'apn': <'corp.example'>, 'user': <'alice.doe'>,"
        " 'password': <'s3cret.x'>}",
        (_A, _P, _U, _W),
    ),
    (
        "Connect a{sv} 4 apn s corp.example pin s 9374 user s alice.doe password s s3cret.x",
        (_A, _P, _U, _W),
    ),
    ('string "pin"\n   variant string "9374"', (_P,)),
    ("content insert --bind apn:s:corp.example --bind user:s:alice.doe", (_A, _U)),
    ("APN 'corp.example' rejected", (_A,)),
    ("connecting with apn 'corp.example' pin '9374'", (_A, _P)),
    ("tried PIN (9374) and PUK (83746251)", (_P, "83746251")),
    ("the PIN of the SIM is 9374", (_P,)),
    ("session opened for user alice.doe(uid=1000)", (_U,)),
    ("\toption hostname 'alices-laptop'", ("alices",)),
    ("LPA:1$rsp.example.com$QR-G-5C-1LS", ("QR-G-5C",)),
    ("eid: 89049032123451234512345678901235", ("12345123451234",)),
    ("wlan0 02:50:f3:a1:b2:c3", ("a1:b2:c3",)),
    ("inet 100.99.17.203/30", ("100.99.17.203",)),
    ("inet6 2001:db8:17:a3::c4/64", ("17:a3::c4",)),
)
# Lines that identify nobody, which stay as they are.
ORDINARY: tuple[str, ...] = (
    "[10 Jan 2024, 10:00:00] [Debug] [/dev/cdc-wdm0] opening device with flags 'proxy'",
    "[/dev/cdc-wdm0] pin state: enabled, 3 attempts left, retries 10",
    "[modem0] state changed (registering -> registered)",
    "signal: rssi -93 dBm, rsrp -112, rsrq -12.5, snr 10.2",
    "+CSQ: 23,99",
    "+CPIN: READY",
    "+CPIN: SIM PIN",
    "+CREG: 2,0",
    "AT+CGMM",
    "+CME ERROR: 10",
    "usb 1-1: new high-speed USB device number 17 using xhci_hcd",
    "usb 1-1: New USB device found, idVendor=1199, idProduct=9071, bcdDevice= 0.06",
    "cdc_mbim 1-1:1.12 wwan0: register 'cdc_mbim' at usb-0000:00:14.0-1, CDC MBIM",
    "error: couldn't open the MbimDevice: Transaction timed out (code 5)",
    "transaction 17 of 1024 took 12.5 ms; 4096 bytes; status 0x00000021",
    "libmbim 1.28.4, ModemManager 1.20.6, kernel 6.1.0-18-amd64",
    "mcc 262, mnc 01, operator 'Telekom.de', LTE band 20, earfcn 6300",
    "if (pin == NULL) return -1; /* puk 8 digits */",
    "2024-01-10 10:00:00.123456 +0100 the modem woke up after 00:12:07",
    "/usr/lib/x86_64-linux-gnu/libmbim-glib.so.4 (0x00007f1a2b3c4000)",
    "Call Trace: 0xffffffff81e0000e do_syscall_64+0x5b/0x1a0",
    "apn: none, user name: unset, password: unknown",
    "the connection was reset 3 times in 60 seconds, see line 4711",
    "password is required; the user is unknown; the pin is wrong",
    "user: root; User: SYSTEM; users: 4; user time: 12.5 s; user: 3",
    "apn type default is rejected; the apn of the profile is empty",
    "pass: 12, bypass=1, compass=7; slow down: 12345, unknown: 12345",
    "state of the PIN changed 3 times to disabled",
    "MTU 1500, window 65535, 10/20/30 ms, 3/3 packets, 50 %",
)


def line_fate(line: str, values: tuple[str, ...]) -> str:
    """What a scrub does to a line that nothing else explains."""
    try:
        out, _ = scrub_log_bytes(f"first\n{line}\nlast\n".encode(), STRETCHED)
    except WwanReplayError:
        return REFUSED
    return LEFT if any(value.encode() in out for value in values) else GONE


def line_fates() -> Iterator[tuple[str, str]]:
    """The same of the third."""
    for line, values in LINES:
        yield repr(line), line_fate(line, values)
