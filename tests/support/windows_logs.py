"""Lines of Windows logs: ETW with tabs, WPP in three time styles, merged TraceView."""

import field_samples as samples

from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_COMMAND_MSG, Message

BUFFER = bytes(range(24))


COMMAND = Message(MBIM_COMMAND_MSG, 55, 1, samples.BASIC_CONNECT, 12, BUFFER).to_bytes()


DONE = Message(MBIM_COMMAND_DONE, 55, 5, samples.BASIC_CONNECT, 12, b"").to_bytes()


SERVICE = "{a289cc33-bcbb-8b4f-b6b0-133ec2aae6df}"


SWAPPED = "{33cc89a2-bbbc-4f8b-b6b0-133ec2aae6df}"


SHIFTED = "{00000281-cc33-a289-bbbc-4f8bb6b0133e}"


def etw(text: str, time: str = "25:16.1", provider: str = "Microsoft-Windows-wmbclass") -> str:
    return f'TraceLog\t{provider}\t{time}\t"{text}"\n'


REQUEST = (
    "Instance: \t1 Request: \t0xFFFF OID: \t0xE01010C OID name: \tOID_WWAN_CONNECT "
    "RequestId: \t0x8F RequestHandle: \t0x0 Type: \t1 "
)


HEADER = (
    f"Instance: \t1 MessageType: \t0x3 MessageLength: \t{len(COMMAND)} MessageTransactionId: "
    f"\t55 TotalFragments: \t1 CurrentFragment: \t0 ServiceId: \t{SWAPPED} CID: "
    f"\t12 CommandType: \t1 InfoLength: \t{len(BUFFER)}"
)


PAYLOAD = (
    f"CallerRequestId: \t0x8F DriverRequestId: \t0 ServiceId: \t{SHIFTED} CommandName: "
    f"\t\u00ff\u00feBASIC_CONNECT CommandId: \t12InBufferSize: \t{len(BUFFER)}Payload: "
    f"\t0x{BUFFER.hex().upper()}"
)


TIMES = [
    "01/09/2020-10:57:17.118",
    "2020-01-09 10:57:17.118424000",
    "2020/01/09-10:57:17.118460200",
]


def wpp(text: str, time: str = TIMES[0], thread: str = "6C6C.0824") -> str:
    return f"  1619 [5]{thread}::{time} {text}\n"


CLASS = "Windows Mobile Broadband Class Driver Event Provider"


def etw_line(text: str, provider: str = CLASS) -> str:
    return (
        f"e 04-01 12:39:12.815 P0004 T0376 {provider} {text} 0                    Info {provider}\n"
    )


def wpp_line(text: str) -> str:
    return (
        f"w 04-01 12:39:12.815 P0004 T0376 {text:80} Function file_cpp702 TRACE_LEVEL_INFORMATION\n"
    )


PAYLOAD_LINES = (
    "Sending command with the following parameters:\nCaller Request Id: 0x0\nDriver "
    f"Request Id: 0\nService Id: {SHIFTED}\nCommand Name: BASIC_CONNECT\nCommand "
    f"Id: 12\nPayload Length: {len(BUFFER)}\nPayload: 0x{BUFFER.hex().upper()}"
)


OPN = (
    f"Sending command MessageType: 0x3, MessageLength: {len(COMMAND)}, MessageTransactionId: "
    f"55, TotalFragments: 1, CurrentFragment: 0, ServiceId: {SERVICE}, CommandId: "
    f"12, CommandType: 1, InformationBufferLength: {len(BUFFER)}, InformationBuffer: "
    f"0x{BUFFER.hex().upper()}"
)


SENT = (
    f"[1] Send encapsulated command MessageType=0x3, MessageLength={len(COMMAND)}, "
    f"TransactionId=55, TotalFrags=1, CurrentFrag=0, ServiceId={SWAPPED}, CID=12, "
    f"CommandType=1, InfoLength={len(BUFFER)}"
)
